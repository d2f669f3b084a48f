"""One comment is made, found again and kept; nobody else's is taken for it, and what fails for a moment is borne."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from forge import BOT, Fault, Forge, running

from generator.review.posting.conversation import Conversation, Forbidden, Trouble
from generator.review.posting.github import GitHubAccess, GitHubConversation
from generator.review.posting.gitlab import GitLabAccess, GitLabConversation
from generator.review.posting.sticky import stick

MARK = "<!-- our mark -->"
PULL = 7
TOKEN = "a-token-that-is-made-up"
Open = Callable[[], Conversation]


def marked(body: str) -> bool:
    return body.startswith(MARK)


def review(limit: int) -> str:
    return f"{MARK}\n\nthe review"


@pytest.fixture
def forge() -> Iterator[Forge]:
    with running(Forge(comments={PULL: []})) as forge:
        yield forge


@pytest.fixture(params=["github", "gitlab"])
def conversation(request: pytest.FixtureRequest, forge: Forge) -> Conversation:
    if request.param == "github":
        return github(forge)
    forge.me = "project_1_bot_2"
    return GitLabConversation(GitLabAccess(f"{forge.url}/api/v4", TOKEN, "acme/images"), PULL)


def github(forge: Forge, in_actions: bool = True) -> GitHubConversation:
    return GitHubConversation(GitHubAccess(forge.url, TOKEN, "acme/images", in_actions), PULL)


def test_the_first_review_makes_a_comment_and_the_next_updates_it(forge: Forge, conversation: Conversation) -> None:
    forge.say(PULL, "anna", "please look at this")
    first = stick(conversation, review, marked)
    second = stick(conversation, lambda limit: f"{MARK} another", marked)
    third = stick(conversation, lambda limit: f"{MARK} another", marked)
    assert [each.action for each in (first, second, third)] == ["created", "updated", "unchanged"]
    assert first.url == second.url == third.url
    assert forge.bodies(PULL) == ["please look at this", f"{MARK} another"]


def test_our_comment_is_found_behind_many_pages(forge: Forge, conversation: Conversation) -> None:
    forge.page = 10
    for number in range(95):
        forge.say(PULL, "anna", f"comment {number}")
    ours = forge.say(PULL, forge.me, f"{MARK} of yesterday")
    for number in range(30):
        forge.say(PULL, "anna", f"and {number}")
    assert stick(conversation, review, marked).action == "updated"
    assert forge.comment(ours)["body"] == review(0)


def test_a_forged_mark_of_another_author_is_told_and_left_alone(forge: Forge, conversation: Conversation) -> None:
    forge.say(PULL, "mallory", f"{MARK} digest of my own")
    posted = stick(conversation, review, marked)
    assert posted.action == "created"
    assert forge.bodies(PULL) == [f"{MARK} digest of my own", review(0)]
    assert "ignored: it bears our mark, but @mallory wrote it." in posted.told[0]


def test_of_several_comments_of_ours_the_oldest_is_kept(forge: Forge, conversation: Conversation) -> None:
    oldest, other = (forge.say(PULL, forge.me, f"{MARK} {number}") for number in range(2))
    posted = stick(conversation, review, marked)
    assert forge.comment(oldest)["body"] == review(0)
    assert forge.comment(other)["body"] == f"{MARK} 1"
    is_github = isinstance(conversation, GitHubConversation)
    assert forge.hidden == ({other} if is_github else set())
    assert posted.told[0].endswith("it is hidden now." if is_github else "it can be deleted.")


def test_an_error_of_the_server_is_tried_again(forge: Forge, conversation: Conversation) -> None:
    waited: list[float] = []
    forge.faults = [Fault("POST", "comments|notes", 502), Fault("GET", "comments|notes", 503)]
    assert stick(conversation, review, marked, waited.append).action == "created"
    assert waited == [2.0, 4.0]
    assert forge.bodies(PULL) == [review(0)]


def test_a_comment_that_was_made_although_the_server_failed_is_not_made_twice(
    forge: Forge, conversation: Conversation
) -> None:
    forge.faults = [Fault("POST", "comments|notes", 504, done=True)]
    assert stick(conversation, review, marked, lambda seconds: None).action == "unchanged"
    assert forge.bodies(PULL) == [review(0)]


def test_a_server_that_keeps_failing_is_left_after_four_tries(forge: Forge, conversation: Conversation) -> None:
    forge.faults = [Fault("GET", "comments|notes", 500) for _ in range(9)]
    with pytest.raises(Trouble, match=r"acme/images.7: Git(Hub|Lab) answers 500: made up. Run it again later."):
        stick(conversation, review, marked, lambda seconds: None)
    assert len(forge.faults) == 5


def test_a_rate_limit_is_waited_for_as_long_as_it_says(forge: Forge, conversation: Conversation) -> None:
    waited: list[float] = []
    status = 403 if isinstance(conversation, GitHubConversation) else 429
    forge.faults = [Fault("POST", "comments|notes", status, headers={"Retry-After": "7"})]
    assert stick(conversation, review, marked, waited.append).action == "created"
    assert waited == [7.0]


def test_a_rate_limit_that_lasts_too_long_is_not_waited_for(forge: Forge, conversation: Conversation) -> None:
    forge.faults = [Fault("GET", "comments|notes", 429, headers={"Retry-After": "3600"})]
    with pytest.raises(Trouble) as raised:
        stick(conversation, review, marked, lambda seconds: pytest.fail("it waited"))
    assert raised.value.after == 3600


@pytest.mark.parametrize("status", [401, 403, 404])
def test_a_token_that_may_not_is_told_at_once(forge: Forge, conversation: Conversation, status: int) -> None:
    forge.faults = [Fault("POST", "comments|notes", status, {"message": "Resource not accessible\r\nby integration"})]
    with pytest.raises(Forbidden, match=f"answers {status}: Resource not accessible by integration"):
        stick(conversation, review, marked, lambda seconds: pytest.fail("it waited"))


def test_no_message_holds_the_token(forge: Forge, conversation: Conversation) -> None:
    forge.faults = [Fault("POST", "comments|notes", 400, {"message": "what is this?"})]
    with pytest.raises(Exception, match="answers 400") as raised:
        stick(conversation, review, marked)
    assert TOKEN not in str(raised.value) + repr(raised.value)
    assert any(TOKEN in each for each in forge.tokens)


def test_a_server_that_is_not_there_is_trouble(forge: Forge) -> None:
    conversation = GitHubConversation(GitHubAccess("http://127.0.0.1:9", TOKEN, "acme/images"), PULL)
    with pytest.raises(Trouble, match="GitHub could not be reached"):
        conversation.comments()


def test_a_comment_that_github_finds_too_long_is_written_shorter(forge: Forge) -> None:
    forge.limit = 40_000
    assert stick(github(forge), lambda limit: MARK + "x" * (limit - len(MARK)), marked).action == "created"
    assert len(forge.bodies(PULL)[0]) == 65_536 // 2


def test_a_rate_limit_of_github_that_tells_its_end(forge: Forge) -> None:
    headers = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "1"}
    forge.faults = [Fault("GET", "comments", 403, {"message": "API rate limit exceeded"}, headers)]
    waited: list[float] = []
    assert stick(github(forge), review, marked, waited.append).action == "created"
    assert waited == [1.0]


def test_a_secondary_rate_limit_of_github_without_a_time_is_waited_for_a_minute(forge: Forge) -> None:
    forge.faults = [Fault("GET", "comments", 403, {"message": "You have exceeded a secondary rate limit."})]
    waited: list[float] = []
    assert stick(github(forge), review, marked, waited.append).action == "created"
    assert waited == [60.0]


def test_an_own_comment_is_posted_though_an_earlier_one_cannot_be_hidden(forge: Forge) -> None:
    for number in range(2):
        forge.say(PULL, forge.me, f"{MARK} {number}")
    conversation = github(forge)
    assert conversation.myself() == BOT
    forge.faults = [Fault("POST", "graphql", 403)]
    assert "it can be deleted" in stick(conversation, review, marked).told[0]


def test_a_token_of_a_person_and_of_an_app_know_themselves(forge: Forge) -> None:
    for login in ("anna", "goldsmith-app[bot]"):
        forge.me = login
        assert github(forge).myself() == login


def test_without_graphql_rest_says_who_the_token_is(forge: Forge) -> None:
    forge.viewer, forge.user, forge.me = False, True, "anna"
    assert github(forge).myself() == "anna"


def test_the_token_of_a_job_that_nothing_tells_is_that_of_github_actions(forge: Forge) -> None:
    forge.viewer = False
    assert github(forge).myself() == BOT
    with pytest.raises(Forbidden):
        github(forge, in_actions=False).myself()


def test_a_comment_of_an_account_that_is_gone_is_nobodys(forge: Forge) -> None:
    forge.say(PULL, None, f"{MARK} of a ghost")
    assert "an account that is gone wrote it" in stick(github(forge), review, marked).told[0]


def test_who_else_edited_a_comment_is_known(forge: Forge, conversation: Conversation) -> None:
    for author in (forge.me, forge.me, forge.me):
        forge.say(PULL, author, f"{MARK} by {author}")
    untouched, own, foreign = conversation.comments()
    forge.editors = {own.id: forge.me, foreign.id: "mallory"}
    assert [conversation.editor(each) for each in (untouched, own, foreign)] == ["", "", "mallory"]
