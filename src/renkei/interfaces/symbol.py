"""The small signs of BPMN: what each kind of node is called, and the icon that marks it.

Layer: interfaces (pure data and drawing). Icons are drawn on a square from -1 to 1 and scaled, so nothing
depends on a font.
"""

from __future__ import annotations

from renkei.process.graph import Node

Words = tuple[str, str]
"""A text in English and in Japanese."""

NAMES: dict[tuple[str, str], Words] = {
    ("task", "task"): ("task", "タスク"),
    ("task", "user"): ("user task", "ユーザータスク"),
    ("task", "manual"): ("manual task", "手作業タスク"),
    ("task", "send"): ("send task", "送信タスク"),
    ("task", "receive"): ("receive task", "受信タスク"),
    ("task", "service"): ("service task", "サービスタスク"),
    ("task", "script"): ("script task", "スクリプトタスク"),
    ("task", "rule"): ("business rule task", "業務ルールタスク"),
    ("task", "call"): ("call activity", "コールアクティビティ"),
    ("gateway", "exclusive"): ("exclusive gateway", "排他ゲートウェイ"),
    ("gateway", "parallel"): ("parallel gateway", "並行ゲートウェイ"),
    ("gateway", "inclusive"): ("inclusive gateway", "包含ゲートウェイ"),
    ("gateway", "event"): ("event-based gateway", "イベントゲートウェイ"),
    ("subprocess", "embedded"): ("sub-process", "サブプロセス"),
    ("subprocess", "event"): ("event sub-process", "イベントサブプロセス"),
    ("subprocess", "call"): ("call activity", "コールアクティビティ"),
    ("event", "start"): ("start event", "開始イベント"),
    ("event", "catch"): ("intermediate event", "中間イベント"),
    ("event", "throw"): ("intermediate event", "中間イベント"),
    ("event", "end"): ("end event", "終了イベント"),
    ("event", "boundary"): ("boundary event", "境界イベント"),
}
TRIGGER_NAMES: dict[str, Words] = {
    "message": ("message", "メッセージ"),
    "timer": ("timer", "タイマー"),
    "signal": ("signal", "シグナル"),
    "error": ("error", "エラー"),
    "escalation": ("escalation", "エスカレーション"),
    "terminate": ("terminate", "強制終了"),
    "link": ("link", "リンク"),
}

_ENVELOPE = "M-1-.68H1V.68H-1ZM1-.68L0 .12L-1-.68"
PATHS: dict[str, str] = {
    "user": "M0-.05A.45.45 0 1 1 .01-.05ZM-.85 1V.6Q-.85.15 0 .15Q.85.15.85.6V1Z",
    "manual": "M-1-.35L-.3-.7H.1Q.3-.5 0-.4H.85Q1.1-.2.85-.05H.95Q1.1.15.85.3Q1 .5.7.6Q.8.85.4.85H-.6L-1 .6Z",
    "service": (
        "M-.2-1H.2L.28-.68L.55-.55L.85-.72L1-.4L.75-.18V.18L1 .4L.85.72L.55.55L.28.68L.2 1H-.2"
        "L-.28.68L-.55.55L-.85.72L-1 .4L-.75.18V-.18L-1-.4L-.85-.72L-.55-.55L-.28-.68Z"
        "M0-.3A.3.3 0 1 1-.01-.3Z"
    ),
    "script": "M-.6-1H.9Q.4-.5.7 0T.5 1H-1Q-.5.5-.8 0T-.6-1ZM-.4-.5H.3M-.5 0H.3M-.4.5H.3",
    "rule": "M-1-.8H1V.8H-1ZM-1-.3H1M-1 .25H1M-.35-.3V.8",
    "send": _ENVELOPE,
    "receive": _ENVELOPE,
    "message": _ENVELOPE,
    "timer": "M0-1A1 1 0 1 1-.01-1ZM0-.62V0L.5.3",
    "signal": "M0-.9L.9.65H-.9Z",
    "error": "M-.9.8L-.35-.75L.2.1L.9-.85L.4.85L-.2-.05Z",
    "escalation": "M0-.95L.7.85L0 .2L-.7.85Z",
    "terminate": "M0-1A1 1 0 1 1-.01-1Z",
    "link": "M-.9-.35H.2V-.8L1 0L.2.8V.35H-.9Z",
    "exclusive": "M-.6-.8L.6.8M.6-.8L-.6.8",
    "parallel": "M0-1V1M-1 0H1",
    "inclusive": "M0-.85A.85.85 0 1 1-.01-.85Z",
    "event": "M0-1A1 1 0 1 1-.01-1ZM0-.55L.52-.17L.32.45H-.32L-.52-.17Z",
    "loop": "M-.35.85A.85.85 0 1 1 .35.85M-.35.85L-.85.9M-.35.85L-.4.3",
    "instances": "M-.6-.9V.9M0-.9V.9M.6-.9V.9",
    "collapsed": "M-1-1H1V1H-1ZM0-.55V.55M-.55 0H.55",
}


def describe(node: Node, language: str) -> str:
    """Return what kind of node it is, and its name."""
    index = 1 if language == "ja" else 0
    kind = NAMES.get((node.kind, node.type), (node.kind, node.kind))[index]
    trigger = TRIGGER_NAMES.get(node.trigger)
    if trigger:
        kind = f"{kind}（{trigger[1]}）" if index else f"{trigger[0]} {kind}"
    name = node.name or node.id
    return f"{kind}「{name}」" if index else f"{kind}: {name}"


def icon(name: str, x: float, y: float, size: float, *, filled: bool = False) -> str:
    """Return the icon ``name`` centred at a point, ``size`` from its middle to its edge."""
    kind = "rk-icon rk-filled" if filled else "rk-icon"
    place = f"translate({x:g} {y:g}) scale({size:g})"
    return f'<path class="{kind}" transform="{place}" vector-effect="non-scaling-stroke" d="{PATHS[name]}"/>'
