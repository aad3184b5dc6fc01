import signal
import threading
import time

import pytest

from tfw.sources.workers import Workers


def interrupt_soon(begun):
    """Ctrl-C in the main thread, once the work has begun."""
    main = threading.main_thread().ident

    def wait_and_interrupt():
        begun.wait(10)
        time.sleep(0.1)
        signal.pthread_kill(main, signal.SIGINT)

    threading.Thread(target=wait_and_interrupt, daemon=True).start()


def test_all_of_them_work_and_are_waited_for():
    done = []
    workers = Workers(lambda: done.append(threading.current_thread().name), 3, "digger")
    workers.start()
    assert workers.wait()
    assert sorted(done) == ["digger-0", "digger-1", "digger-2"]


def test_one_waits_no_longer_than_asked():
    release = threading.Event()
    workers = Workers(lambda: release.wait(10), 2, "digger")
    workers.start()
    assert not workers.wait(0.05)
    release.set()
    assert workers.wait(10)


def test_after_an_interrupt_they_are_still_waited_for():
    begun, release, ended = threading.Event(), threading.Event(), threading.Event()

    def work():
        begun.set()
        release.wait(10)
        time.sleep(0.2)
        ended.set()

    workers = Workers(work, 1, "digger")
    interrupt_soon(begun)
    workers.start()
    with pytest.raises(KeyboardInterrupt):
        workers.wait()
    assert not workers.wait(0)
    release.set()
    assert workers.wait(10)
    assert ended.is_set()
