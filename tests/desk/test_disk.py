from tfw.desk.start.disk import disk_use, folder_size, size
from tfw.settings import load_settings


def test_a_folder_is_as_large_as_its_files_without_those_that_links_lead_to(tmp_path):
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "a").write_bytes(b"x" * 1_000)
    (tmp_path / "deep" / "link").symlink_to("/bin/sh")
    assert 1_000 <= folder_size(tmp_path) < 1_200
    assert folder_size(tmp_path / "nowhere") == 0


def test_a_mongodb_server_is_asked_how_large_its_database_is(store, home):
    (home / "outputs").mkdir()
    (home / "outputs" / "report.html").write_bytes(b"x" * 5_000)
    use = disk_use(store, load_settings())
    assert not use.embedded
    assert use.database >= 0
    assert use.outputs == 5_000
    assert use.free > 0


def test_the_embedded_server_takes_the_room_of_its_folder(store, home):
    settings = load_settings().model_copy(update={"mongodb_uri": None})
    (home / ".tfw" / "db").mkdir(parents=True)
    (home / ".tfw" / "db" / "data").write_bytes(b"x" * 2_000)
    use = disk_use(store, settings)
    assert (use.database, use.embedded) == (2_000, True)


def test_sizes_are_written_for_people():
    assert [size(n) for n in (0, 999, 1_500, 12_345_678, 2_000_000_000_000_000)] == [
        "0 bytes",
        "999 bytes",
        "1.5 KB",
        "12.3 MB",
        "2000.0 TB",
    ]
    assert size(None) == "not known"
