"""Files in a bucket are backed up and come back as those in a folder, from a server that is spoken to over the network (R154)."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto.server import ThreadedMotoServer

from tests.installation import CITY, LOOK, ROOT, Tree, back_up, machine, opened_by

pytestmark = [pytest.mark.takes_minutes, pytest.mark.any_database]


@pytest.fixture
def store() -> Iterator[Any]:
    """An S3 with one bucket; a client that sees what is in it."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    client = boto3.client(
        "s3", endpoint_url=f"http://{host}:{port}", region_name="us-east-1", aws_access_key_id="linli",
        aws_secret_access_key="only-for-tests",
    )  # fmt: skip
    client.create_bucket(Bucket="linli-files")
    yield client
    server.stop()


def kept_in(store: Any) -> dict[str, bytes]:
    found = store.list_objects_v2(Bucket="linli-files").get("Contents", [])
    return {one["Key"]: store.get_object(Bucket="linli-files", Key=one["Key"])["Body"].read() for one in found}


def test_a_city_with_its_files_in_a_bucket_is_back(store, django_db_setup, django_db_blocker, tmp_path: Path):
    linli = Tree(ROOT)
    in_bucket = {
        "LINLI_S3_BUCKET": "linli-files", "LINLI_S3_ENDPOINT": store.meta.endpoint_url, "LINLI_S3_REGION": "us-east-1",
        "LINLI_S3_ACCESS_KEY": "linli", "LINLI_S3_SECRET_KEY": "only-for-tests",
    }  # fmt: skip
    with django_db_blocker.unblock():
        with machine(tmp_path / "there") as settings:
            there = settings | in_bucket
            told = json.loads(linli.run("-c", CITY, **there).splitlines()[-1])
            back_up(linli, tmp_path, there)
        before = kept_in(store)
        shutil.rmtree(tmp_path / "there")
        for key in before:
            store.delete_object(Bucket="linli-files", Key=key)
        store.put_object(Bucket="linli-files", Key=min(before), Body=b"of somebody else")
        with machine(tmp_path / "here") as settings:
            here = settings | in_bucket

            with pytest.raises(AssertionError, match=r"s3://linli-files 里有 1 个文件和备份里的同名、内容不同"):
                linli.run("-m", "linli", "restore", *opened_by(tmp_path), **here)
            store.delete_object(Bucket="linli-files", Key=min(before))
            linli.run("-m", "linli", "restore", *opened_by(tmp_path), **here)

            assert len(before) == told["files"] >= 2
            assert kept_in(store) == before
            found = json.loads(linli.run("-c", LOOK, told["token"], **here).splitlines()[-1])
            assert (found["files"], found["is_valid"], found["is_whole"]) == (told["files"], True, True)
            store.delete_object(Bucket="linli-files", Key=max(before))
            store.put_object(Bucket="linli-files", Key="no/row", Body=b"x")
            with pytest.raises(AssertionError) as said:
                linli.run("-m", "linli", "doctor", "--all", "--quiet", **here)
            assert f"少了 1 个文件（例如 {max(before)}）" in str(said.value)
            with pytest.raises(AssertionError, match=r"s3://linli-files（例如"):
                linli.run(
                    "-m",
                    "linli",
                    "backup",
                    str(tmp_path / "x.age"),
                    "--recipient",
                    (tmp_path / "identity").read_text().split()[3],
                    **here,
                )
