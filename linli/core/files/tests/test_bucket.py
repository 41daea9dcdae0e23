"""Files may lie in a bucket: kept, opened, sealed again and taken away as in a folder (R154)."""

from __future__ import annotations

import os

import pytest
from django.core.files.storage import default_storage
from django.db import transaction

from linli.core.access import system_actor
from linli.core.files import services
from linli.core.files.models import StoredFile
from linli.core.http.middleware import RefusalMiddleware
from linli.core.watch import readiness

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
SYSTEM = system_actor("tests")


@pytest.fixture
def bucket(settings, monkeypatch):
    """An S3 that lives in this process, which botocore speaks to as it would to a real one."""
    boto3, moto = pytest.importorskip("boto3"), pytest.importorskip("moto")
    for name in ("AWS_PROFILE", "AWS_CONFIG_FILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setitem(os.environ, "AWS_DEFAULT_REGION", "us-east-1")
    with moto.mock_aws():
        client = boto3.client("s3")
        client.create_bucket(Bucket="linli-files")
        options = {
            "bucket_name": "linli-files", "access_key": "linli", "secret_key": "only-for-tests",
            "region_name": "us-east-1", "default_acl": None, "file_overwrite": False,
        }  # fmt: skip
        settings.STORAGES = {
            **settings.STORAGES,
            "default": {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": options},
        }
        yield client


def keys(bucket) -> list[str]:
    return [one["Key"] for one in bucket.list_objects_v2(Bucket="linli-files").get("Contents", [])]


def test_a_file_is_kept_sealed_opened_and_sealed_again(bucket, django_capture_on_commit_callbacks):
    kept = services.keep(b"%PDF-1.7 a certificate", "application/pdf", by=SYSTEM)

    (key,) = keys(bucket)
    assert key == kept.storage_key
    assert b"certificate" not in bucket.get_object(Bucket="linli-files", Key=key)["Body"].read()
    assert services.open_file(kept) == b"%PDF-1.7 a certificate"
    assert services.keep(b"%PDF-1.7 a certificate", "application/pdf", by=SYSTEM).pk == kept.pk

    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        services.reseal(kept)
    again = StoredFile.objects.get(pk=kept.pk)
    assert keys(bucket) == [again.storage_key] != [key]
    assert services.open_file(again) == b"%PDF-1.7 a certificate"


def test_a_file_that_has_gone_from_the_bucket_is_told_as_one_from_a_folder(bucket):
    kept = services.keep(b"%PDF-1.7", "application/pdf", by=SYSTEM)
    default_storage.delete(kept.storage_key)

    with pytest.raises(FileNotFoundError):
        services.open_file(kept)


def test_without_its_bucket_it_is_not_ready_and_people_read_that_it_is_busy(bucket, rf):
    assert readiness.findings()["files"] == "ok"
    bucket.delete_bucket(Bucket="linli-files")

    with pytest.raises(Exception, match="NoSuchBucket") as caught:
        services.keep(b"%PDF-1.7", "application/pdf", by=SYSTEM)
    answer = RefusalMiddleware(lambda request: None).process_exception(rf.get("/"), caught.value)

    assert (answer.status_code, answer["Retry-After"]) == (503, "10")
    assert not StoredFile.objects.exists()
