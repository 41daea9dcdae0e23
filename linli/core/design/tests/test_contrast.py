import runpy
from pathlib import Path


def test_every_pair_of_tokens_that_meets_on_a_page_can_be_read():
    check = runpy.run_path(str(Path(__file__).parents[4] / "scripts" / "check_contrast.py"))

    assert check["main"]() == 0
