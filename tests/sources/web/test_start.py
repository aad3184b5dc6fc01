import pytest

from tfw.sources.web.start import find_program, started_driver


@pytest.mark.browser
def test_a_driver_whose_port_was_taken_is_started_again(tmp_path):
    real = find_program("TFW_CHROMEDRIVER")
    marker = tmp_path / "tried"
    unlucky = tmp_path / "chromedriver"
    unlucky.write_text(
        f"#!/bin/sh\nif [ ! -e {marker} ]; then touch {marker}; "
        f"echo 'bind() failed: Address already in use (98)'; exit 1; fi\nexec {real} \"$@\"\n"
    )
    unlucky.chmod(0o755)
    process = started_driver(unlucky)
    try:
        assert marker.exists()
        assert process.url.startswith("http://127.0.0.1:")
    finally:
        process.close()
