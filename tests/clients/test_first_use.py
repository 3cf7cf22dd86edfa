"""What a newcomer meets: configuration, credentials, directories, stopping."""

import os
import signal
import stat
from pathlib import Path

import pytest

from conftest import new_bucket_name
from harness.deployment import Server
from harness.processes import (
    Daemon,
    cairn_binary,
    clean_environment,
    free_port,
    http_status,
    run,
    wait_ready,
)
from harness.raw_http import connect, read_response
from harness.signing import UNSIGNED, plain
from harness.waiting import wait_until

pytestmark = pytest.mark.skipif("CAIRN_TEST_ENDPOINT" in os.environ, reason="starts processes of its own")

GONE_SECONDS = 30


def check(tmp_path, text, what, *options, **environment):
    """`cairn config … server` on a file; returns the finished process and all that it said."""
    path = tmp_path / "cairn.toml"
    path.write_text(text)
    command = [cairn_binary(), "config", what, "server", "--config", path, *options]
    done = run(command, clean_environment(**environment), check=False)
    return done, (done.stdout + done.stderr).decode()


def directories(tmp_path):
    """The line that a server cannot do without."""
    return f'data = ["{tmp_path}/disk{{1...6}}"]\n'


def printed_configuration(tmp_path, **environment):
    """The settled configuration of a file that names nothing but the directories."""
    done, said = check(tmp_path, directories(tmp_path), "print", "--redacted", **environment)
    assert done.returncode == 0, said
    return said


def keys_of(text):
    """The keys of a configuration."""
    return [line.partition("=")[0].strip() for line in text.splitlines() if "=" in line and not line.startswith("#")]


def test_a_file_that_names_the_directories_is_right(tmp_path):
    done, said = check(tmp_path, directories(tmp_path), "check")
    assert done.returncode == 0, said


def test_what_print_says_is_a_file_that_check_takes(tmp_path):
    done, said = check(tmp_path, printed_configuration(tmp_path), "check")
    assert done.returncode == 0, said


def test_an_unknown_key_names_the_nearest_one(tmp_path):
    names = keys_of(printed_configuration(tmp_path))
    assert len(names) > 10
    for name in names:
        misspelt = name + "x"
        done, said = check(tmp_path, directories(tmp_path) + f'{misspelt} = "value"\n', "check")
        assert done.returncode != 0
        assert misspelt in said and name in said.replace(misspelt, ""), said


def test_all_unknown_keys_are_reported_at_once(tmp_path):
    text = directories(tmp_path) + 'first_nonsense = 1\nsecond_nonsense = "x"\nthird_nonsense = [1]\n'
    done, said = check(tmp_path, text, "check")
    assert done.returncode != 0
    missing = [name for name in ("first_nonsense", "second_nonsense", "third_nonsense") if name not in said]
    assert not missing, said


def test_all_wrong_values_are_reported_at_once(tmp_path):
    wrong = 'listen = "nowhere"\ninline-limit = "many"\npath-style = "perhaps"\nlog-format = "smoke"\nregion = "UPPER CASE"\n'
    done, said = check(tmp_path, directories(tmp_path) + wrong, "check")
    assert done.returncode != 0
    missing = [name for name in keys_of(wrong) if name not in said]
    assert not missing, said


def test_the_environment_beats_the_file(tmp_path):
    text = directories(tmp_path) + 'region = "from-file"\n'
    assert '"from-file"' in check(tmp_path, text, "print")[1]
    assert '"from-environment"' in check(tmp_path, text, "print", CAIRN_REGION="from-environment")[1]


def test_a_file_that_is_no_toml_is_refused_with_its_line(tmp_path):
    done, said = check(tmp_path, 'region = "x"\nthis is no toml\n', "check")
    assert done.returncode != 0 and "line 2" in said, said


def test_a_secret_is_never_printed(tmp_path):
    secret = "this-secret-must-not-be-shown-0123456789"
    environment = {"CAIRN_ROOT_ACCESS_KEY": "AKNEWCOMER0000000000", "CAIRN_ROOT_SECRET_KEY": secret}
    assert secret not in printed_configuration(tmp_path, **environment)


def test_the_help_names_every_role():
    said = run([cairn_binary(), "--help"]).stdout.decode()
    for word in ("server", "metadata", "storage", "gateway", "cluster", "config", "admin", "bench"):
        assert word in said


def test_six_directories_come_from_one_pattern(own_server):
    own_server.start()
    assert all(any(disk.iterdir()) for disk in own_server.disks())
    assert len(own_server.admin.status()["disks"]) == 6


def test_several_directories_on_one_device_are_warned_about(own_server):
    own_server.start()
    assert "device" in own_server.logs().lower()


def server_command(data, port, admin_port, *more):
    """`cairn server` on one pattern of directories."""
    listen = ["--listen", f"127.0.0.1:{port}", "--admin-listen", f"127.0.0.1:{admin_port}"]
    return [cairn_binary(), "server", "--data", data, *listen, *more]


@pytest.fixture
def newcomer(tmp_path):
    """Starts `cairn server` without root keys in the environment; ends what was started."""
    started = []

    def start(data="disk{1...6}", environment=None, *more):
        port, admin_port = free_port(), free_port()
        environment = environment or clean_environment(HOME=str(tmp_path))
        daemon = Daemon(
            server_command(tmp_path / data, port, admin_port, *more), tmp_path / "server.log", environment, tmp_path
        )
        daemon.endpoint, daemon.admin = f"http://127.0.0.1:{port}", f"http://127.0.0.1:{admin_port}"
        started.append(daemon)
        return daemon

    yield start
    for daemon in started:
        daemon.kill()


def test_without_keys_a_pair_is_generated_and_its_file_is_named(newcomer, tmp_path):
    daemon = newcomer()
    wait_ready(daemon.admin, daemon)
    files = [path for path in named_paths(daemon.log()) if path.is_file()]
    assert files, daemon.log()
    secret_file = files[0]
    assert stat.S_IMODE(secret_file.stat().st_mode) == 0o600
    for line in secret_file.read_text().splitlines():
        value = line.rpartition("=")[2].strip().strip('"')
        if len(value) >= 32:
            assert value not in daemon.log(), "the secret stands in the log"


def named_paths(text):
    """The absolute paths in a text."""
    words = (word.strip("'\",.;:()=`") for word in text.replace("=", " ").split())
    return [Path(word) for word in words if word.startswith("/") and "\x00" not in word]


def test_keys_may_come_from_files(newcomer, tmp_path):
    (tmp_path / "access").write_text("AKFROMAFILE000000000\n")
    (tmp_path / "secret").write_text("from-a-file/with+signs-0123456789abcdef\n")
    environment = clean_environment(
        CAIRN_ROOT_ACCESS_KEY_FILE=str(tmp_path / "access"), CAIRN_ROOT_SECRET_KEY_FILE=str(tmp_path / "secret")
    )
    daemon = newcomer("disk{1...6}", environment)
    wait_ready(daemon.admin, daemon)
    store = Server(tmp_path / "unused")
    store.endpoints = [daemon.endpoint]
    store.access_key, store.secret_key = "AKFROMAFILE000000000", "from-a-file/with+signs-0123456789abcdef"
    assert store.s3().list_buckets()["Buckets"] == []


@pytest.mark.parametrize(
    ("access", "secret", "reason"),
    [
        ("AKNEWCOMER0000000000", "", "root-secret-key: is empty"),
        ("AKNEWCOMER0000000000", "short", "root-secret-key: has 5 characters, not 8 to 128"),
        ("", "a-long-enough-secret", "root-access-key: is empty"),
        ("ab", "a-long-enough-secret", "root-access-key: not 3 to 128"),
        ("minioadmin", "minioadmin", "root-secret-key: is the access key itself"),
        ("admin", "password", "root-secret-key: everybody knows this one"),
        ("AKNEWCOMER0000000000", "RustFSAdmin", "root-secret-key: everybody knows this one"),
    ],
)
def test_a_poor_root_pair_is_refused_with_the_reason(newcomer, access, secret, reason):
    environment = clean_environment(CAIRN_ROOT_ACCESS_KEY=access, CAIRN_ROOT_SECRET_KEY=secret)
    daemon = newcomer("disk{1...6}", environment)
    assert daemon.wait(GONE_SECONDS) != 0
    assert reason in daemon.log()


def test_the_cluster_key_may_stay_in_the_environment(newcomer, tmp_path):
    secret = "from-the-environment/0123456789abcdef"
    pair = {"CAIRN_ROOT_ACCESS_KEY": "AKNEWCOMER0000000000", "CAIRN_ROOT_SECRET_KEY": secret}
    daemon = newcomer("disk{1...6}", clean_environment(CAIRN_CLUSTER_KEY="0123456789abcdef" * 4, **pair))
    wait_ready(daemon.admin, daemon)
    store = Server(tmp_path / "unused")
    store.endpoints, store.access_key, store.secret_key = [daemon.endpoint], pair["CAIRN_ROOT_ACCESS_KEY"], secret
    assert store.s3().list_buckets()["Buckets"] == []
    assert not list(tmp_path.glob("disk*/cluster-key")), "it is written nowhere"
    assert daemon.stop() == 0
    other = newcomer("disk{1...6}", clean_environment(CAIRN_CLUSTER_KEY="fedcba9876543210" * 4))
    wait_ready(other.admin, other)
    store.endpoints = [other.endpoint]
    with pytest.raises(store.s3().exceptions.ClientError) as caught:
        store.s3().list_buckets()
    assert caught.value.response["Error"]["Code"] == "InternalError", "another key opens no secret"


@pytest.mark.parametrize("count", [1, 4])
def test_fewer_directories_are_served_too(newcomer, count):
    daemon = newcomer(f"disk{{1...{count}}}")
    wait_ready(daemon.admin, daemon)


def test_a_bad_pattern_is_refused(newcomer):
    daemon = newcomer("disk{6...1}")
    assert daemon.wait(GONE_SECONDS) != 0


def test_another_region_is_told_and_accepted(own_server):
    own_server.extra = ["--region", "eu-test-7"]
    own_server.region = "eu-test-7"
    own_server.start()
    s3, name = own_server.s3(), new_bucket_name()
    s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": "eu-test-7"})
    assert s3.get_bucket_location(Bucket=name)["LocationConstraint"] == "eu-test-7"
    assert s3.head_bucket(Bucket=name)["BucketRegion"] == "eu-test-7"
    with pytest.raises(s3.exceptions.ClientError) as caught:
        s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": "eu-test-7"})
    assert caught.value.response["Error"]["Code"] == "BucketAlreadyOwnedByYou"
    own_server.region = "us-east-1"
    assert own_server.s3().list_objects_v2(Bucket=name)["KeyCount"] == 0


def test_a_directory_of_another_cluster_is_refused(own_server, newcomer, tmp_path):
    first = newcomer()
    wait_ready(first.admin, first)
    assert first.stop() == 0
    own_server.start()
    assert own_server.stop() == 0
    foreign, ours = tmp_path / "disk2", own_server.disks()[1]
    ours.rename(own_server.directory / "aside")
    foreign.rename(ours)
    own_server.launch()
    assert own_server.daemon.wait(GONE_SECONDS) != 0
    assert "cluster" in own_server.logs().lower() and str(ours) in own_server.logs()
    ours.rename(foreign)
    (own_server.directory / "aside").rename(ours)
    own_server.start()


def test_a_directory_in_use_is_refused(own_server):
    own_server.start()
    second = Server(own_server.directory / "second", data=own_server.data)
    second.launch()
    try:
        assert second.daemon.wait(GONE_SECONDS) != 0
    finally:
        second.daemon.kill()
    assert own_server.admin.ready()


def begun_upload(server, bucket, body):
    """A connection on which the server accepted a PUT: it said 100 and waits for the body."""
    headers = [("x-amz-content-sha256", UNSIGNED), ("Expect", "100-continue")]
    request = server.signer().sign(plain("PUT", f"/{bucket}/object", server.host, headers=headers, body=body))
    connection = connect(server.address)
    connection.sendall(request.head_bytes())
    assert connection.recv(25) == b"HTTP/1.1 100 Continue\r\n\r\n"
    return connection


def test_a_stop_lets_an_upload_finish(own_server):
    own_server.start()
    bucket, body = new_bucket_name(), b"u" * 3_000_000
    own_server.s3().create_bucket(Bucket=bucket)
    with begun_upload(own_server, bucket, body) as connection:
        connection.sendall(body[:1_000_000])
        own_server.daemon.send(signal.SIGTERM)
        wait_until(lambda: not own_server.admin.ready(), "it is no longer ready", 30)
        connection.sendall(body[1_000_000:])
        assert read_response(connection, "PUT").status == 200
    assert own_server.daemon.wait(60) == 0
    own_server.start()
    assert own_server.s3().get_object(Bucket=bucket, Key="object")["Body"].read() == body


def test_a_second_signal_ends_it_at_once(own_server):
    own_server.start()
    bucket = new_bucket_name()
    own_server.s3().create_bucket(Bucket=bucket)
    with begun_upload(own_server, bucket, b"x" * 1_000_000) as connection:
        connection.sendall(b"x" * 1000)
        own_server.daemon.send(signal.SIGTERM)
        wait_until(lambda: not own_server.admin.ready(), "it is no longer ready", 30)
        assert own_server.daemon.running(), "it waits for the upload"
        own_server.daemon.send(signal.SIGTERM)
        own_server.daemon.wait(10)


def test_a_stopped_server_starts_again_with_everything(own_server):
    own_server.start()
    bucket = new_bucket_name()
    own_server.s3().create_bucket(Bucket=bucket)
    for number in range(5):
        own_server.s3().put_object(Bucket=bucket, Key=f"{number}", Body=str(number).encode() * 50_000)
        assert own_server.stop() == 0
        own_server.start()
    for number in range(5):
        assert (
            own_server.s3().get_object(Bucket=bucket, Key=f"{number}")["Body"].read() == str(number).encode() * 50_000
        )


def test_status_tells_disks_shards_and_redundancy(store):
    status = store.admin.status()
    assert len([disk for disk in status["disks"] if disk["capacity_bytes"] > 0]) == 6
    assert len(status["shards"]) == 9, "the root shard and 8 data shards"
    assert all(shard["leader"] is not None for shard in status["shards"])
    assert status["degraded_versions"] == 0
    assert all(node["up"] for node in status["nodes"])


def test_metrics_are_served(store):
    assert http_status(f"{store.admin.url}/metrics") == 200
    assert store.admin.live()


def test_ctrl_c_stops_a_cluster_and_it_starts_again(own_cluster):
    own_cluster.start()
    bucket = new_bucket_name()
    own_cluster.s3().create_bucket(Bucket=bucket)
    own_cluster.s3().put_object(Bucket=bucket, Key="object", Body=b"kept" * 30_000)
    pids = [process["pid"] for process in own_cluster.processes()]
    assert len(pids) == 11
    assert own_cluster.stop() == 0
    own_cluster.start()
    assert own_cluster.s3(gateway=1).get_object(Bucket=bucket, Key="object")["Body"].read() == b"kept" * 30_000


def test_space_of_deleted_objects_comes_back(store, s3, bucket):
    s3.put_object(Bucket=bucket, Key="object", Body=b"x" * 3_000_000)
    upload = s3.create_multipart_upload(Bucket=bucket, Key="parts")["UploadId"]
    s3.upload_part(Bucket=bucket, Key="parts", UploadId=upload, PartNumber=1, Body=b"y" * 2_000_000)
    s3.abort_multipart_upload(Bucket=bucket, Key="parts", UploadId=upload)
    s3.put_object(Bucket=bucket, Key="object", Body=b"z" * 3_000_000)
    s3.delete_object(Bucket=bucket, Key="object")
    wait_until(lambda: store.admin.status()["garbage_rows"] == 0, "the garbage table is empty", 120)
