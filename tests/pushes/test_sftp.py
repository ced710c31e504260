"""Uploads to a real SFTP server: whole or not there, once, and to nobody else."""

import io
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from hashlib import sha256
from ipaddress import ip_network

import asyncssh
import pytest

from pushes.channels import sftp
from pushes.channels.calling import Rules
from pushes.channels.sftp import Target
from tests.pushes.parcels import CONTENT, parcel
from tests.pushes.peers.files import PASSWORD, Files

NAME = "ZZKJ-2026Q3-v1.zip"
VOUCHED = f"{sha256(CONTENT).hexdigest()}  {NAME}\n"

Make = Callable[[str], Target]


@pytest.fixture
def target(sftp_server: Files) -> Make:
    sftp_server.uploads.clear()
    rules = Rules(networks=(ip_network("127.0.0.0/8"),), answer_seconds=5, upload_seconds=20)
    return lambda user: Target(
        host="127.0.0.1",
        port=sftp_server.port,
        username=user,
        host_key=sftp_server.host_key,
        folder="",
        rename=True,
        password=PASSWORD,
        private_keys=(),
        rules=rules,
    )


@pytest.mark.parametrize(("rename", "first"), [(True, f"{NAME}.part"), (False, NAME)])
def test_it_lies_there_whole_with_its_sum_beside_it(sftp_server: Files, target: Make, rename: bool, first: str) -> None:
    user = "bank-renaming" if rename else "bank-ok-only"
    answer = sftp.send(replace(target(user), rename=rename), parcel())
    assert answer == ("delivered", "", f"sftp://{user}@127.0.0.1:{sftp_server.port}/", "")
    folder = sftp_server.of(user)
    assert sorted(file.name for file in folder.iterdir()) == [NAME, f"{NAME}.ok"]
    assert (folder / NAME).read_bytes() == CONTENT
    assert (folder / f"{NAME}.ok").read_text() == VOUCHED
    assert sftp_server.uploads[0] == first and NAME + ".ok" in sftp_server.uploads[-1]


def test_into_a_folder(sftp_server: Files, target: Make) -> None:
    (sftp_server.of("deep") / "in").mkdir()
    assert sftp.send(replace(target("deep"), folder="/in"), parcel()).outcome == "delivered"
    assert (sftp_server.of("deep") / "in" / NAME).read_bytes() == CONTENT
    answer = sftp.send(replace(target("deep"), folder="nowhere"), parcel())
    assert answer.outcome == "passing"


def test_a_second_time_does_nothing(sftp_server: Files, target: Make) -> None:
    sftp.send(target("twice"), parcel())
    sftp_server.uploads.clear()
    assert sftp.send(target("twice"), parcel()).outcome == "delivered"
    assert sftp_server.uploads == []


@pytest.mark.parametrize(
    ("lying", "vouched"),
    [
        (CONTENT, None),  # killed before the .ok
        (CONTENT[:-1], VOUCHED),  # cut
        (CONTENT, VOUCHED.replace("a", "b")),  # another sum
        (CONTENT, b"\xff\xfe"),
        (b"", ""),
    ],
)
def test_what_lies_there_half_is_replaced(
    sftp_server: Files, target: Make, lying: bytes, vouched: str | bytes | None
) -> None:
    folder = sftp_server.of("half")
    (folder / NAME).write_bytes(lying)
    (folder / f"{NAME}.part").write_bytes(CONTENT * 2)
    if vouched is not None:
        (folder / f"{NAME}.ok").write_bytes(vouched if isinstance(vouched, bytes) else vouched.encode())
    assert sftp.send(target("half"), parcel()).outcome == "delivered"
    assert (folder / NAME).read_bytes() == CONTENT and (folder / f"{NAME}.ok").read_text() == VOUCHED
    assert not (folder / f"{NAME}.part").exists()


@pytest.mark.parametrize(
    ("user", "words"),
    [("readonly", "read only"), ("full", "no space"), ("norename", "no renaming"), ("lossy", "字节数")],
)
def test_what_the_server_refuses_is_told_and_not_vouched_for(
    sftp_server: Files, target: Make, user: str, words: str
) -> None:
    answer = sftp.send(target(user), parcel())
    assert answer.outcome == "passing" and words in answer.detail
    names = {file.name for file in sftp_server.of(user).iterdir()}
    assert names <= {f"{NAME}.part"}


def test_a_slow_server_holds_nobody_up(target: Make) -> None:
    slow = target("slow")
    began = time.monotonic()
    answer = sftp.send(replace(slow, rules=replace(slow.rules, upload_seconds=0.5)), parcel())
    assert answer.outcome == "passing" and time.monotonic() - began < 5


@pytest.mark.parametrize("algorithm", ["ssh-ed25519", "ecdsa-sha2-nistp256", "ssh-rsa"])
def test_a_server_with_another_key_is_told_nothing(sftp_server: Files, target: Make, algorithm: str) -> None:
    other = asyncssh.generate_private_key(algorithm).export_public_key().decode()
    sign_ins = sftp_server.sign_ins
    answer = sftp.send(replace(target("bank"), host_key=other), parcel())
    assert answer.outcome == "permanent"
    assert (sftp_server.uploads, sftp_server.sign_ins) == ([], sign_ins)


def test_of_a_server_with_several_keys_any_may_be_pinned(sftp_server: Files, target: Make) -> None:
    answer = sftp.send(replace(target("pinned"), host_key=sftp_server.other_host_key), parcel())
    assert answer.outcome == "delivered"


def test_a_wrong_password_is_for_good(target: Make) -> None:
    answer = sftp.send(replace(target("bank"), password="wrong"), parcel())
    assert answer.outcome == "permanent"
    assert "wrong" not in answer.detail + answer.to


def test_while_a_key_pair_is_renewed_either_opens(sftp_server: Files, target: Make) -> None:
    new, old = (asyncssh.generate_private_key("ssh-ed25519") for _ in range(2))
    sftp_server.public_keys[:] = [old.export_public_key().decode().strip()]
    keys = tuple(key.export_private_key().decode() for key in (new, old))
    assert sftp.send(replace(target("keyed"), password=None, private_keys=keys), parcel()).outcome == "delivered"
    assert sftp.send(replace(target("keyed"), password=None, private_keys=keys[:1]), parcel()).outcome == "permanent"


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_an_inner_address_is_refused(sftp_server: Files, target: Make, host: str) -> None:
    sign_ins = sftp_server.sign_ins
    answer = sftp.send(replace(target("bank"), host=host, rules=Rules()), parcel())
    assert (answer.outcome, sftp_server.sign_ins) == ("refused", sign_ins)


def test_nobody_at_the_door(target: Make) -> None:
    assert sftp.send(replace(target("bank"), port=1), parcel()).outcome == "passing"


def test_what_is_not_what_was_built_is_not_vouched_for(sftp_server: Files, target: Make) -> None:
    damaged = replace(parcel(), open=lambda: io.BytesIO(CONTENT.swapcase()))
    answer = sftp.send(target("damaged"), damaged)
    assert answer.outcome == "passing"
    assert [file.name for file in sftp_server.of("damaged").iterdir()] == [f"{NAME}.part"]


def test_a_locked_package_is_vouched_for_by_the_sum_that_it_has(sftp_server: Files, target: Make) -> None:
    for content in (b"closed", b"closed anew"):  # as it is made anew for each hand that takes it
        locked = replace(parcel(), locked=True, open=partial(io.BytesIO, content))
        assert sftp.send(target("locked"), locked).outcome == "delivered"
        folder = sftp_server.of("locked")
        assert (folder / NAME).read_bytes() == content
        assert (folder / f"{NAME}.ok").read_text() == f"{sha256(content).hexdigest()}  {NAME}\n"


def test_a_trial_is_named_one(sftp_server: Files, target: Make) -> None:
    sftp.send(target("tried"), parcel(trial=True))
    assert sorted(file.name for file in sftp_server.of("tried").iterdir()) == [f"trial-{NAME}", f"trial-{NAME}.ok"]


def test_secrets_are_in_no_log(target: Make) -> None:
    assert PASSWORD not in repr(target("bank"))
