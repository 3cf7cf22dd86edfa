"""What the arenas hold before the first bad request: one for plain requests, one for locks, one for policies, one for keys."""

import json

from harness.accounts import new_account

FAR_AWAY = "2099-01-01T00:00:00Z"


def fill_plain(s3, arena):
    """Known objects and uploads."""
    for bucket in (arena.bucket, arena.other):
        s3.create_bucket(Bucket=bucket)
        s3.put_object(Bucket=bucket, Key="object", Body=b"o" * 100, Metadata={"kept": "1"}, ContentType="text/plain")
        s3.put_object(Bucket=bucket, Key="stripes", Body=b"s" * 300_000)
    at = {"Bucket": arena.bucket, "Key": "upload"}
    upload = s3.create_multipart_upload(**at)["UploadId"]
    for number, body in ((1, b"1" * 1000), (2, b"2" * 1000)):
        arena.ids[f"part {number}"] = s3.upload_part(**at, UploadId=upload, PartNumber=number, Body=body)["ETag"]
    arena.ids["upload"] = upload
    for algorithm in ("CRC32", "SHA256"):
        options = {"ChecksumAlgorithm": algorithm, "ChecksumType": "COMPOSITE"}
        created = s3.create_multipart_upload(Bucket=arena.bucket, Key=algorithm.lower(), **options)
        arena.ids[f"{algorithm.lower()} upload"] = created["UploadId"]
    finish(s3, arena)


def finish(s3, arena):
    """One finished upload, whose id a case uses again."""
    at = {"Bucket": arena.bucket, "Key": "finished"}
    upload = s3.create_multipart_upload(**at)["UploadId"]
    etag = s3.upload_part(**at, UploadId=upload, PartNumber=1, Body=b"f")["ETag"]
    s3.complete_multipart_upload(**at, UploadId=upload, MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": etag}]})
    arena.ids["finished upload"] = upload


def fill_locked(s3, arena):
    """A version under each kind of lock; a second bucket whose default locks everything."""
    for bucket in (arena.bucket, arena.other):
        s3.create_bucket(Bucket=bucket, ObjectLockEnabledForBucket=True)
    locks = {
        "governed": {"ObjectLockMode": "GOVERNANCE", "ObjectLockRetainUntilDate": FAR_AWAY},
        "compliant": {"ObjectLockMode": "COMPLIANCE", "ObjectLockRetainUntilDate": FAR_AWAY},
        "held": {"ObjectLockLegalHoldStatus": "ON"},
    }
    for key, lock in locks.items():
        arena.ids[key] = s3.put_object(Bucket=arena.bucket, Key=key, Body=b"kept", **lock)["VersionId"]
    default = {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": 1}}
    configuration = {"ObjectLockEnabled": "Enabled", "Rule": default}
    s3.put_object_lock_configuration(Bucket=arena.other, ObjectLockConfiguration=configuration)


def fill_ruled(s3, arena):
    """A bucket with a policy, one that blocks what is public, and an account that owns neither."""
    for bucket in (arena.bucket, arena.other):
        s3.create_bucket(Bucket=bucket)
        for key in ("object", "secret", "frozen"):
            s3.put_object(Bucket=bucket, Key=key, Body=b"o" * 100)
    arena.foreigner = new_account(arena.store)
    arena.foreigner.client(arena.store).create_bucket(Bucket=f"{arena.bucket}-foreign")
    s3.put_bucket_policy(Bucket=arena.bucket, Policy=json.dumps(policy_of(arena)))
    everything = ["BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"]
    blocks = {name: True for name in everything}
    s3.put_public_access_block(Bucket=arena.other, PublicAccessBlockConfiguration=blocks)


def policy_of(arena):
    """The foreigner may read all but one object; a network may read all; nobody may write one object, its owner neither."""
    objects, foreigner = f"arn:aws:s3:::{arena.bucket}", {"AWS": arena.foreigner.arn}
    network = {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}
    return {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Principal": foreigner, "Action": "s3:GetObject", "Resource": f"{objects}/*"},
            {"Effect": "Deny", "Principal": foreigner, "Action": "s3:GetObject", "Resource": f"{objects}/secret"},
            {"Effect": "Deny", "Principal": "*", "Action": "s3:PutObject", "Resource": f"{objects}/frozen"},
            {
                "Effect": "Allow",
                "Principal": "*",
                "Action": "s3:GetObject",
                "Resource": f"{objects}/*",
                "Condition": network,
            },
        ],
    }


FILL = {"plain": fill_plain, "locked": fill_locked, "ruled": fill_ruled}
