"""Both stores keep the same promises: of two writers one wins, a text is whole or not there, nothing is lost."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError
from hypothesis import settings, stateful
from hypothesis import strategies as st

from generator.emulator.endpoint import Endpoint
from generator.errors import JournalError
from generator.rollout.s3_store import S3Store
from generator.rollout.store import ConflictError, DirectoryStore, Store
from tests.conftest import AwsFactory, client_for

BUCKET = "rollouts-of-both-stores"
ACCOUNT = "740000000021"
KEYS = ["rollouts/1/rollout.json", "rollouts/1/roots/prod/web/us-east-1.json", "leases/prod/web/us-east-1.json"]
MakeStore = Callable[[], Store]


@pytest.fixture(scope="module")
def s3(emulator: Endpoint) -> Any:
    client = client_for(emulator, "s3", ACCOUNT)
    client.create_bucket(Bucket=BUCKET)
    return client


@pytest.fixture(params=["directory", "s3"])
def make_store(request: pytest.FixtureRequest, tmp_path: Path, s3: Any) -> MakeStore:
    """Each call opens the same place anew, as another process would."""
    if request.param == "directory":
        return lambda: DirectoryStore(tmp_path / "journal")
    return lambda: S3Store(s3, BUCKET, request.node.name)


def test_what_is_written_is_read_by_any_other(make_store: MakeStore) -> None:
    etag = make_store().create(KEYS[0], "one ☃")
    found = make_store().read(KEYS[0])
    assert found is not None
    assert (found.text, found.etag) == ("one ☃", etag)
    assert make_store().read(KEYS[1]) is None


def test_a_key_is_created_once(make_store: MakeStore) -> None:
    make_store().create(KEYS[0], "one")
    with pytest.raises(ConflictError, match="somebody else wrote it"):
        make_store().create(KEYS[0], "one")


def test_only_what_was_read_is_replaced(make_store: MakeStore) -> None:
    store = make_store()
    first = store.create(KEYS[0], "one")
    second = store.replace(KEYS[0], "two", first)
    with pytest.raises(ConflictError, match="is not what it was"):
        make_store().replace(KEYS[0], "three", first)
    with pytest.raises(ConflictError, match="is not what it was"):
        make_store().replace(KEYS[1], "three", second)
    assert make_store().read(KEYS[1]) is None
    store.replace(KEYS[0], "three", second)


def test_keys_are_listed_below_a_folder(make_store: MakeStore) -> None:
    store = make_store()
    assert store.list("rollouts/") == []
    for key in reversed(KEYS):
        store.create(key, "{}")
    assert store.list("") == sorted(KEYS)
    assert store.list("rollouts/1/roots/") == [KEYS[1]]


def test_of_many_that_create_one_wins(make_store: MakeStore) -> None:
    def create(number: int) -> bool:
        try:
            make_store().create(KEYS[0], str(number))
        except ConflictError:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(create, range(40))) == 1


def test_no_replacement_of_many_is_lost(make_store: MakeStore) -> None:
    """Each counts one further, and again where another was faster: in the end all are counted."""
    make_store().create(KEYS[0], "0")

    def count(_: int) -> None:
        store = make_store()
        while True:
            found = store.read(KEYS[0])
            assert found is not None
            try:
                store.replace(KEYS[0], str(int(found.text) + 1), found.etag)
            except ConflictError:
                continue
            return

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(count, range(24)))
    found = make_store().read(KEYS[0])
    assert found is not None
    assert found.text == "24"


@pytest.mark.parametrize(
    "key", ["../a.json", "/a.json", "a/../b.json", "a//b.json", ".hidden.json", "a", "a.json/b.json"]
)
def test_no_key_leads_out_of_the_place(make_store: MakeStore, key: str) -> None:
    for use in (
        make_store().read,
        lambda key: make_store().create(key, ""),
        lambda key: make_store().replace(key, "", ""),
    ):
        with pytest.raises(ValueError, match="is no key"):
            use(key)


class Stores(stateful.RuleBasedStateMachine):
    """Two stores beside a model of what any store holds: they agree on every answer."""

    client: Any

    def __init__(self) -> None:
        super().__init__()
        self._folder = tempfile.TemporaryDirectory()
        self.stores: dict[str, Store] = {
            "directory": DirectoryStore(Path(self._folder.name)),
            "s3": S3Store(self.client, BUCKET, f"machines/{os.path.basename(self._folder.name)}"),
        }
        self.texts: dict[str, str] = {}
        self.etags: dict[str, dict[tuple[str, str], str]] = {name: {} for name in self.stores}  # by key and text

    def teardown(self) -> None:
        self._folder.cleanup()

    @stateful.rule(key=st.sampled_from(KEYS), text=st.text(max_size=20))
    def create(self, key: str, text: str) -> None:
        self._agree(key, text, lambda store, _: store.create(key, text), allowed=key not in self.texts)

    @stateful.rule(key=st.sampled_from(KEYS), text=st.text(max_size=20), expected=st.text(max_size=20))
    def replace_another(self, key: str, text: str, expected: str) -> None:
        self._replace(key, text, expected)

    @stateful.rule(key=st.sampled_from(KEYS), text=st.text(max_size=20))
    def replace(self, key: str, text: str) -> None:
        self._replace(key, text, self.texts.get(key, ""))

    def _replace(self, key: str, text: str, expected: str) -> None:
        def act(store: Store, name: str) -> str:
            return store.replace(key, text, self.etags[name].get((key, expected), '"none"'))

        self._agree(key, text, act, allowed=self.texts.get(key) == expected)

    def _agree(self, key: str, text: str, act: Callable[[Store, str], str], *, allowed: bool) -> None:
        for name, store in self.stores.items():
            try:
                self.etags[name][key, text] = act(store, name)
                assert allowed, f"{name} let it happen"
            except ConflictError:
                assert not allowed, f"{name} refused it"
        if allowed:
            self.texts[key] = text

    @stateful.invariant()
    def holds_what_was_written(self) -> None:
        for name, store in self.stores.items():
            assert store.list("") == sorted(self.texts), name
            for key in KEYS:
                found = store.read(key)
                assert (found and found.text) == self.texts.get(key), name


def test_both_stores_answer_alike(s3: Any) -> None:
    machine = type("Machine", (Stores,), {"client": s3})
    stateful.run_state_machine_as_test(
        machine, settings=settings(max_examples=8, stateful_step_count=12, deadline=None)
    )


def test_a_writer_that_died_leaves_the_text_as_it_was(tmp_path: Path) -> None:
    store = DirectoryStore(tmp_path)
    store.create(KEYS[0], "whole")
    (tmp_path / "rollouts" / "1" / ".partial-x").write_text('{"ha')
    assert store.list("") == [KEYS[0]]
    found = store.read(KEYS[0])
    assert found is not None
    assert found.text == "whole"


def test_files_are_for_their_owner_alone(tmp_path: Path) -> None:
    DirectoryStore(tmp_path / "journal").create(KEYS[0], "{}")
    for path in (tmp_path / "journal").rglob("*"):
        assert path.stat().st_mode & 0o077 == 0, path


def test_a_folder_that_is_none_is_told(tmp_path: Path) -> None:
    (tmp_path / "journal").write_text("a file")
    store = DirectoryStore(tmp_path / "journal")
    for use in (lambda: store.create(KEYS[0], ""), lambda: store.read(KEYS[0])):
        with pytest.raises(JournalError, match=r"the journal cannot be (read|written) \(.*\)\. .*--rollouts"):
            use()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_folder_that_may_not_be_read_is_told(tmp_path: Path) -> None:
    store = DirectoryStore(tmp_path / "journal")
    store.create(KEYS[0], "{}")
    (tmp_path / "journal").chmod(0)
    try:
        for use in (lambda: store.read(KEYS[0]), lambda: store.list(""), lambda: store.create(KEYS[1], "")):
            with pytest.raises(JournalError, match=r"\(Permission denied\)"):
                use()
    finally:
        (tmp_path / "journal").chmod(0o700)


def test_what_is_no_text_is_told(
    make_store: MakeStore, s3: Any, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    make_store().create(KEYS[0], "{}")
    if "s3" in request.node.name:
        s3.put_object(Bucket=BUCKET, Key=f"{request.node.name}/{KEYS[0]}", Body=b"\xff")
    else:
        (tmp_path / "journal" / KEYS[0]).write_bytes(b"\xff")
    with pytest.raises(JournalError, match="is damaged, as it is no text"):
        make_store().read(KEYS[0])


def test_a_bucket_that_is_not_there_is_told(s3: Any) -> None:
    store = S3Store(s3, "no-such-bucket-of-rollouts")
    for use in (lambda: store.create(KEYS[0], ""), lambda: store.read(KEYS[0]), lambda: store.list("")):
        with pytest.raises(JournalError, match=r"there is no bucket no-such-bucket-of-rollouts\. Make it"):
            use()


class Answers:
    """An S3 client whose writes fail with these codes, one after the other, before they go through."""

    def __init__(self, client: Any, *codes: str, written: bool = False, retries: int = 0) -> None:
        self._client, self._codes, self._written, self._retries = client, list(codes), written, retries

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    def put_object(self, **arguments: Any) -> Any:
        if not self._codes:
            return self._client.put_object(**arguments)
        if self._written:
            self._client.put_object(**arguments)
        error: Any = {
            "Error": {"Code": self._codes.pop(0), "Message": "no"},
            "ResponseMetadata": {"RetryAttempts": self._retries},
        }
        raise ClientError(error, "PutObject")


def test_a_write_that_met_another_is_sent_again(s3: Any) -> None:
    store = S3Store(Answers(s3, *["ConditionalRequestConflict"] * 3), BUCKET, "met")
    store.create(KEYS[0], "ours")
    assert store.list("") == [KEYS[0]]


def test_a_write_that_always_meets_others_is_a_conflict(s3: Any) -> None:
    with pytest.raises(ConflictError):
        S3Store(Answers(s3, *["ConditionalRequestConflict"] * 9), BUCKET, "always").create(KEYS[0], "ours")


def test_a_write_whose_answer_got_lost_is_known_again(s3: Any) -> None:
    store = S3Store(Answers(s3, "PreconditionFailed", written=True, retries=1), BUCKET, "lost")
    found, etag = None, store.create(KEYS[0], "ours")
    found = store.read(KEYS[0])
    assert found is not None
    assert found.etag == etag


def test_the_same_text_of_another_is_not_ours(s3: Any) -> None:
    with pytest.raises(ConflictError):
        S3Store(Answers(s3, "PreconditionFailed", written=True), BUCKET, "theirs").create(KEYS[0], "ours")


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("AccessDenied", r"PutObject was refused: AccessDenied: .* s3:ListBucket"),
        ("PermanentRedirect", r"in another Region: name it, as in s3://rollouts-of-both-stores/x\?region="),
    ],
)
def test_what_s3_refuses_is_told_with_what_to_do(s3: Any, code: str, message: str) -> None:
    with pytest.raises(JournalError, match=message):
        S3Store(Answers(s3, code), BUCKET, "x").create(KEYS[0], "")


@pytest.mark.parametrize("key", ["", "arn:aws:kms:us-east-1:740000000021:key/11111111-2222-3333-4444-555555555555"])
def test_what_is_written_is_encrypted(aws: AwsFactory, s3: Any, key: str) -> None:
    S3Store(s3, BUCKET, f"key{len(key)}", key).create(KEYS[0], "{}")
    head = s3.head_object(Bucket=BUCKET, Key=f"key{len(key)}/{KEYS[0]}")
    assert (head["ServerSideEncryption"], head.get("SSEKMSKeyId", "")) == ("aws:kms" if key else "AES256", key)
