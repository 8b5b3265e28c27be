"""Where GitHub is and how we enter."""

import pytest

from homeostat.config import Access, access
from homeostat.errors import ConfigError

TOKEN = {"GITHUB_TOKEN": "ghs_abc"}


def test_a_token_is_enough() -> None:
    assert access(TOKEN) == Access("https://api.github.com", "https://github.com", "ghs_abc", "ghs_abc")


def test_the_ledger_may_have_its_own_token_and_the_server_its_own_address() -> None:
    given = {
        "HOMEOSTAT_STATE_TOKEN": "ghp_state",
        "GITHUB_API_URL": "https://ghes.example:8443/api/v3/",
        "GITHUB_SERVER_URL": "http://[::1]:8080",
    }
    found = access(TOKEN | given)
    assert found == Access("https://ghes.example:8443/api/v3", "http://[::1]:8080", "ghs_abc", "ghp_state")


def test_a_token_is_never_printed() -> None:
    assert "ghs_abc" not in repr(access(TOKEN))


@pytest.mark.parametrize("given", [{}, {"GITHUB_TOKEN": ""}, {"GITHUB_TOKEN": " \n"}])
def test_no_token_is_one_sentence(given: dict[str, str]) -> None:
    with pytest.raises(ConfigError, match=r"^GITHUB_TOKEN is not set: give the action `github-token`"):
        access(given)


@pytest.mark.parametrize("token", ["two words", "a\nb", "ü", "x" * 1001])
def test_what_is_no_token_is_refused_without_being_shown(token: str) -> None:
    with pytest.raises(ConfigError) as caught:
        access({"GITHUB_TOKEN": token})
    assert token not in str(caught.value)
    assert str(caught.value).endswith("Copy it again.")


@pytest.mark.parametrize(
    "address",
    [
        "github.com",
        "ftp://x",
        "https://",
        "https://u:p@x",
        "https://x/?a=1",
        "https://x#f",
        "https://x/a b",
        "-x",
    ],
)
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(ConfigError, match=r"GITHUB_API_URL: found .*, accepted: an address such as"):
        access(TOKEN | {"GITHUB_API_URL": address})
