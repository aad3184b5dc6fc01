import logging

from tfw.desk.messages import Message
from tfw.errors import InputError


def test_a_message_is_escaped_and_tells_screen_readers_how_urgent_it_is():
    message = Message()
    message.say("<img src=x onerror=alert(1)>", "error")
    assert "&lt;img" in message.widget.value
    assert 'role="alert"' in message.widget.value
    message.say("")
    assert message.widget.value == ""


def test_an_error_of_the_user_is_said_as_it_is():
    message = Message()
    with message.errors():
        raise InputError("Give a reason.")
    assert message.text == "Give a reason."
    assert "error" in message.widget.value


def test_an_error_of_the_program_is_said_and_logged_with_its_traceback(caplog):
    message = Message()
    with caplog.at_level(logging.ERROR), message.errors():
        raise ZeroDivisionError("division by zero")
    assert "ZeroDivisionError: division by zero" in message.text
    assert "Traceback" in caplog.text
