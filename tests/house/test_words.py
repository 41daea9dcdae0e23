"""Every sentence of the house is there in both languages (R40, R155)."""

from click.testing import CliRunner

from linli.config.cli import main


def test_no_sentence_lacks_its_english():
    answer = CliRunner().invoke(main, ["translations", "check"])

    assert answer.exit_code == 0, answer.output
