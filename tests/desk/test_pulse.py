import threading

from tfw.desk.pulse import Pulse


def test_a_beat_refreshes_and_a_second_one_meanwhile_does_nothing():
    begun, go, beats = threading.Event(), threading.Event(), []

    def refresh():
        beats.append(1)
        begun.set()
        go.wait(10)

    pulse = Pulse(refresh)
    first = threading.Thread(target=pulse.beat)
    first.start()
    begun.wait(10)
    pulse.beat()
    go.set()
    first.join()
    assert len(beats) == 1
    pulse.beat()
    assert len(beats) == 2


def test_a_refresh_that_fails_is_logged_and_the_next_beat_comes(caplog):
    beats = []

    def refresh():
        beats.append(1)
        raise ValueError("no database")

    pulse = Pulse(refresh)
    pulse.beat()
    pulse.beat()
    assert len(beats) == 2
    assert "could not be brought up to date" in caplog.text


def test_it_asks_as_often_as_it_is_told():
    assert Pulse(lambda: None, every=5).every_ms == 5_000
