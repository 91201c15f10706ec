"""Files of a run: whole or not there, and found out beforehand where they can't be."""

from __future__ import annotations

from pathlib import Path

import pytest

from evals.output import check, write


def test_a_file_is_put_there_with_nothing_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "a" / "run.json"
    check(path)
    assert list(path.parent.iterdir()) == [], "looking leaves nothing"
    write(path, "显存")
    write(path, "once more")
    assert [(own.name, own.read_text(encoding="utf-8")) for own in path.parent.iterdir()] == [("run.json", "once more")]


def test_what_was_there_stays_when_writing_is_broken_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "run.json"
    write(path, "before")

    def stopped(self: Path, *_: object, **__: object) -> int:
        self.touch()
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "write_text", stopped)
    for wanted in (path, tmp_path / "other.json"):
        with pytest.raises(KeyboardInterrupt):
            write(wanted, "after")
    assert [(own.name, own.read_text(encoding="utf-8")) for own in tmp_path.iterdir()] == [("run.json", "before")]


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    link = tmp_path / "run.json"
    link.symlink_to(tmp_path / "there" / "real.json")
    write(link, "text")
    assert link.is_symlink()
    assert (tmp_path / "there" / "real.json").read_text(encoding="utf-8") == "text"


def test_a_device_is_written_to_as_it_is() -> None:
    path = Path("/dev/full")
    check(path)
    with pytest.raises(OSError, match="No space left on device") as caught:
        write(path, "text")
    assert caught.value.filename == "/dev/full"
    write(Path("/dev/null"), "text")


def test_a_path_that_can_t_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    for path in (tmp_path, tmp_path / "file" / "run.json", tmp_path / ("x" * 300)):
        with pytest.raises(OSError, match=r".") as caught:
            check(path)
        assert (caught.value.filename, bool(caught.value.strerror)) == (str(path), True)
