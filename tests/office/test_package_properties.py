"""Whatever is done to packages and their forks, they hold what a plain dictionary would."""

from __future__ import annotations

import io
import zipfile

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from lxml import etree

from copilot_server.office.package import Package
from tests.office.zips import zipped

EDITED = "a/Edited.xml"
OPENED = {"a/one.xml": b"<a/>", EDITED: b"<a c='1'/>", "a/three.bin": b"three" * 500}
NAMES = st.sampled_from(["a/one.xml", "a/three.bin", "b/four.xml", "b/five.bin"])
DATA = st.one_of(st.sampled_from([*OPENED.values(), b"<b/>"]), st.binary(max_size=30).map(lambda data: b"<a/>" + data))


class PackageMachine(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.source = zipped(OPENED)
        package = Package.open(self.source)
        self.opened = {name: package.read(name) for name in package.names}
        self.pairs = [(package, dict(self.opened))]

    @rule(which=st.integers(0, 5), name=NAMES, data=DATA)
    def write(self, which: int, name: str, data: bytes) -> None:
        package, model = self._pick(which)
        package.write(name, data)
        model[name] = data

    @rule(which=st.integers(0, 5), name=NAMES, pieces=st.lists(DATA, max_size=4))
    def write_chunks(self, which: int, name: str, pieces: list[bytes]) -> None:
        package, model = self._pick(which)
        package.write_chunks(name, iter(pieces))
        model[name] = b"".join(pieces)

    @rule(which=st.integers(0, 5), name=NAMES)
    def remove(self, which: int, name: str) -> None:
        package, model = self._pick(which)
        if model.pop(name, None) is not None:
            package.remove(name)

    @rule(which=st.integers(0, 5), value=st.sampled_from([b"1", b"2"]))
    def edit_tree(self, which: int, value: bytes) -> None:
        package, model = self._pick(which)
        package.edit_xml(EDITED).set("c", value.decode())
        model[EDITED] = b"<a c='%b'/>" % value

    @rule(which=st.integers(0, 5))
    def fork(self, which: int) -> None:
        package, model = self._pick(which)
        self.pairs.append((package.fork(), dict(model)))

    @rule(which=st.integers(0, 5))
    def save_and_open(self, which: int) -> None:
        package, model = self._pick(which)
        data = package.to_bytes()
        assert zipfile.ZipFile(io.BytesIO(data)).testzip() is None
        _agree(Package.open(data), model)

    @invariant()
    def packages_hold_what_was_put_in(self) -> None:
        for package, model in self.pairs:
            _agree(package, model)
            names = self.opened.keys() | model.keys()
            assert package.changed() == {name for name in names if self.opened.get(name) != model.get(name)}
            assert (package.to_bytes() == self.source) == (not package.changed())

    def _pick(self, which: int) -> tuple[Package, dict[str, bytes]]:
        return self.pairs[which % len(self.pairs)]


def _agree(package: Package, model: dict[str, bytes]) -> None:
    assert set(package.names) == model.keys()
    assert {name: package.read(name) for name in model if name != EDITED} == {
        name: data for name, data in model.items() if name != EDITED
    }
    assert package.xml(EDITED).get("c") == etree.fromstring(model[EDITED]).get("c")


PackageMachine.TestCase.settings = settings(max_examples=25, stateful_step_count=12, deadline=None)
test_packages_behave_like_dictionaries = PackageMachine.TestCase
