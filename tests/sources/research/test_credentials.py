import pytest
from pydantic import SecretStr

from tfw.sources.research.credentials import (
    KEY_VARIABLE,
    SECRET_VARIABLE,
    Credentials,
    CredentialsError,
    read_credentials,
    read_credentials_file,
)

KEY, SECRET = "awkey123invented", "s3cr3t-invented-value"
FILE = f"[Tiktok]\nCLIENT_ID = 1\nCLIENT_KEY = {KEY}\nCLIENT_SECRET = '{SECRET}'\nGRANT_TYPE = x\n"


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "credentials.ini"

    def write(text: str = FILE, mode: int = 0o600):
        path.write_text(text)
        path.chmod(mode)
        return path

    return write


def refused(read, *arguments) -> str:
    with pytest.raises(CredentialsError) as caught:
        read(*arguments)
    message = str(caught.value)
    assert KEY not in message
    assert SECRET not in message
    return message


def test_the_environment_comes_first(monkeypatch, settings):
    monkeypatch.setenv(KEY_VARIABLE, KEY)
    monkeypatch.setenv(SECRET_VARIABLE, SECRET)
    found = read_credentials(settings)
    assert found.client_key.get_secret_value() == KEY
    assert found.client_secret.get_secret_value() == SECRET
    assert found.origin == "the environment"


def test_one_variable_without_the_other_is_named(monkeypatch, settings):
    monkeypatch.setenv(KEY_VARIABLE, KEY)
    assert f"{SECRET_VARIABLE} is not set" in refused(read_credentials, settings)


def test_a_file_of_the_replaced_program_is_read_without_its_quotes(file):
    found = read_credentials_file(file())
    assert found.client_key.get_secret_value() == KEY
    assert found.client_secret.get_secret_value() == SECRET


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o620])
def test_a_file_that_others_can_read_or_change_is_refused_with_the_remedy(file, mode):
    message = refused(read_credentials_file, file(mode=mode))
    assert f"mode {mode:04o}" in message
    assert "chmod 600" in message


def test_without_any_credentials_the_message_says_both_ways(settings):
    message = refused(read_credentials, settings)
    assert KEY_VARIABLE in message
    assert "credentials.example.ini" in message


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (FILE.replace("[Tiktok]", "[Database]"), "no section [Tiktok]"),
        (FILE.replace("CLIENT_KEY", "KEY"), "CLIENT_KEY in section [Tiktok]"),
        (FILE.replace(SECRET, ""), "CLIENT_SECRET in section [Tiktok]"),
        (FILE.replace(SECRET, "your-client-secret"), "still the placeholder"),
        (FILE.replace(SECRET, "two words"), "holds blanks"),
        (f"CLIENT_SECRET = {SECRET}\n", "line 1 is not INI"),
        (FILE + f"CLIENT_SECRET = {SECRET}\n", "cannot be read"),
        (FILE + f"\n{SECRET}\n", "cannot be read"),
    ],
)
def test_a_faulty_file_is_named_with_its_fault_and_without_its_secrets(file, text, said):
    path = file(text)
    message = refused(read_credentials_file, path)
    assert said in message
    assert str(path) in message


def test_percent_signs_in_a_secret_are_kept(file):
    found = read_credentials_file(file(FILE.replace(SECRET, "a%b%%(c)s")))
    assert found.client_secret.get_secret_value() == "a%b%%(c)s"


def test_a_folder_is_no_credentials_file(tmp_path):
    assert "is not a file" in refused(read_credentials_file, tmp_path)


def test_no_repr_shows_a_secret_and_the_id_does_not_give_the_key_away():
    found = Credentials(SecretStr(KEY), SecretStr(SECRET), "here")
    assert KEY not in repr(found)
    assert SECRET not in repr(found)
    assert KEY not in found.id
    assert found.id == Credentials(SecretStr(KEY), SecretStr("other"), "there").id


def test_the_example_file_is_refused_as_it_is(home, settings):
    path = home / "params" / "credentials.example.ini"
    path.chmod(0o600)
    assert "still the placeholder" in refused(read_credentials_file, path)
