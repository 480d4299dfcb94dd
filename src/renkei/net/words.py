"""Firings and tokens in words, in English and Japanese: how a path is told to a staff officer.

Layer: net. One sentence a firing: who, what, on which element, with which outcome.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from renkei.net.tables import Net, Place, Transition

Labels = Mapping[str, Mapping[str, str]]
"""Id -> language -> name."""

_STEPS: dict[str, tuple[str, str]] = {
    "opens": ("The case opens with {outcome}.", "事案の開始条件: {outcome}。"),
    "starts": ("{who} starts at {what}.", "{who}が{what}で開始する。"),
    "activates": ("{who} begins {what}.", "{who}が{what}に着手する。"),
    "completes": ("{who} completes {what}{result}.", "{who}が{what}を完了する{result}。"),
    "catches": ("{who} receives at {what}.", "{who}が{what}で受け取る。"),
    "throws": ("{who} passes {what}.", "{who}が{what}を通過・発信する。"),
    "chooses": ("{who} decides at {what}: {flows}.", "{who}が{what}で選択する: {flows}。"),
    "merges": ("{who} goes on at {what}.", "{who}が{what}を通過する。"),
    "forks": (
        "{who} goes on in parallel at {what}{flows_in_brackets}.",
        "{who}が{what}で並行に進む{flows_in_brackets}。",
    ),
    "joins": ("{who} has all it waited for at {what}.", "{who}が{what}で合流する。"),
    "enters": ("{who} enters {what}.", "{who}が{what}に入る。"),
    "leaves": ("{who} leaves {what}.", "{who}が{what}を終える。"),
    "interrupts": ("{who} breaks off: {what}.", "{who}が中断する: {what}。"),
    "raises": ("{who} raises {what}.", "{who}が{what}を発生させる。"),
    "ends": ("{who} ends at {what}.", "{who}が{what}で終了する。"),
    "terminates": ("{who} ends everything at {what}.", "{who}が{what}で全体を終了する。"),
    "meets": ("{who} meet: {what}.", "{who}が会議を開始する: {what}。"),
    "fires": ("{what} fires.", "{what}が発火する。"),
}

_FINDINGS: dict[str, tuple[str, str]] = {
    "RK301": (
        "Here nothing can go on, and the case is not over",
        "ここで先へ進めなくなり、事案は終わっていない",
    ),
    "RK302": ("The case is over, but not cleanly", "事案は終わるが、きれいには終わらない"),
    "RK303": ("Everything has ended, but messages are left over", "すべて終了したが、メッセージが残っている"),
    "RK304": (
        "From here on it can go on for ever, but never end",
        "ここからは永遠に続き得るが、決して終わらない",
    ),
    "RK310": ("Two tokens stand in one place at once", "一つの場所に二つのトークンが同時に存在する"),
    "RK311": ("The number of tokens can grow without end", "トークンの数が限りなく増え得る"),
    "RK320": (
        "That last step acts without the consent that it needs",
        "この最後の段階は、必要な同意なしに行動している",
    ),
    "RK321": (
        "The case is over, and an approval owed afterwards was never given",
        "事案は終わったが、事後に必要な承認が与えられていない",
    ),
}

_TOKENS: dict[str, tuple[str, str]] = {
    "flow": ("{count} token(s) waiting before {what}", "{what}の手前にトークン{count}個"),
    "message": ("{count} unread message(s) “{what}”", "未読メッセージ「{what}」が{count}通"),
    "active": ("“{what}” still under way", "「{what}」が進行中のまま"),
    "end": ("“{what}” reached {count} times", "「{what}」に{count}回到達"),
    "opening": ("the case still being opened", "事案の開始処理中"),
    "approval": ("no consent of {who} in {what}", "{what}について{who}の同意がない"),
    "obligation": ("{who} owes the approval of {what}", "{who}は{what}の承認を負っている"),
    "plain": ("{count} token(s) in {what}", "{what}にトークン{count}個"),
}


def _pick(pair: tuple[str, str], language: str) -> str:
    return pair[1] if language == "ja" else pair[0]


def label_of(net: Net, key: str, labels: Labels, language: str) -> str:
    """Return the name of an id: the model's in ``language``, else as drawn, else the id itself."""
    named = labels.get(key, {})
    return named.get(language) or named.get("en") or " ".join(net.names.get(key, key).split())


def step_words(
    net: Net, transition: Transition, labels: Labels, posts: Mapping[str, str], language: str = "en"
) -> str:
    """Return one firing as a sentence."""
    quotes = "「{}」" if language == "ja" else "“{}”"
    what = quotes.format(label_of(net, transition.element, labels, language))
    flows = ", ".join(label_of(net, flow, labels, language) for flow in transition.flows)
    outcome = _outcome(net, transition, labels, language)
    result = f" ({outcome})" if outcome else ""
    pair = _STEPS[transition.step]
    if transition.step == "chooses" and not flows:
        pair = _STEPS["merges"]
    return _pick(pair, language).format(
        who=who_words(net, transition, labels, posts, language),
        what=what,
        flows=flows,
        flows_in_brackets=f" ({flows})" if flows else "",
        outcome=outcome,
        result=result,
    )


def _outcome(net: Net, transition: Transition, labels: Labels, language: str) -> str:
    pairs = [(attribute, value) for attribute, value in transition.outcome if attribute]
    return ", ".join(f"{label_of(net, attribute, labels, language)} = {value}" for attribute, value in pairs)


def who_words(
    net: Net, transition: Transition, labels: Labels, posts: Mapping[str, str], language: str = "en"
) -> str:
    """Return who fires a transition: party and post, as far as they are known."""
    bound = [posts[task] for task in (transition.members or (transition.element,)) if task in posts]
    named = [label_of(net, post, labels, language) for post in dict.fromkeys(bound)]
    joined = ("と" if language == "ja" else " and ").join(named)
    parties = [label_of(net, party, labels, language) for party in transition.party.split("+") if party]
    party = ("と" if language == "ja" else " and ").join(parties)
    if joined and party and not transition.members:
        return f"{party} {joined}" if language == "en" else f"{party}の{joined}"
    return joined or party or label_of(net, transition.process, labels, language)


def token_words(net: Net, place: Place, count: int, labels: Labels, language: str = "en") -> str:
    """Return what stands in one place, in words."""
    what = label_of(net, place.element, labels, language)
    if place.kind == "flow":
        what = _target_of(net, place, labels, language) or what
    who = label_of(net, place.party, labels, language) if place.party else ""
    return _pick(_TOKENS[place.kind], language).format(what=what, count=count, who=who)


def _target_of(net: Net, place: Place, labels: Labels, language: str) -> str:
    """Return the names of the elements that wait for a token in ``place``."""
    index = net.places.index(place)
    waiting = [t.element for t in net.transitions if any(taken == index for taken, _ in t.take)]
    quotes = "「{}」" if language == "ja" else "“{}”"
    return ", ".join(quotes.format(label_of(net, name, labels, language)) for name in dict.fromkeys(waiting))


def conclusion_words(finding: str, ends: Sequence[str], language: str = "en") -> list[str]:
    """Return what a path shows: the finding, and the tokens it is about."""
    if finding not in _FINDINGS:
        return []
    stop = "。" if language == "ja" else "."
    listed = f": {'; '.join(ends)}" if ends else ""
    return [f"{_pick(_FINDINGS[finding], language)}{listed}{stop}"]
