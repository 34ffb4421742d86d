"""Every word the interface itself says, in both languages. Words about the law come from the book."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

Lang = Literal["en", "zh"]
"""A language words are made in; Chinese is Traditional until `whereas.scripts` has it."""

Language = Literal["en", "zh-Hant", "zh-Hans"]
LANGUAGES: tuple[Language, ...] = ("en", "zh-Hant", "zh-Hans")
"""What a report can be read in."""

_TABLE = """
yes | yes | 是
no | no | 否
qualifies | qualifies | 符合資格
depends | depends | 視乎情況
does_not_qualify | does not qualify | 不符合資格
unsettled | not settled | 未有結論
not_asked | not told | 未提供
unknown | unknown | 不知道
declined | declined | 不願提供
ongoing | still going on | 仍在進行
other | something on no list | 不在名單上者
further | a further {thing} | 另一項{thing}
nth | {thing} {n} | {thing}{n}
of_thing | {fact} ({thing}) | {fact}（{thing}）
nothing | none | 沒有
entries | {n} entries | {n}項
entry | one entry | 1項
maybe_more | {what}, and there may be more | {what}，或尚有其他
range | from {low} to {high} | {low}至{high}
range_up | {low} or more | {low}或以上
hinge_fact | {why}: {what} | {why}：{what}
hinge_open_list | there may be more: {what} | 或尚有其他：{what}
hinge_judgement | for the officer: {what} | 由入境處人員判斷：{what}
hinge_reading | two readings: {what} | 條文有不同理解：{what}
hinge_law | the law does not say: {what} | 規則未有訂明：{what}
whether_listed | whether {row} is among {table} | {row}是否屬於{table}
needed | {what}; the rule asks for: {rule} | {what}；規則要求：{rule}
in_force | {label} ({value}) | {label}（{value}）
case | Case | 個案
result | Result | 結果
category | Category | 類別
filed | filed {date} | 遞交日期：{date}
filed_default | filed {date} (today in Hong Kong; the case gives no date) | 遞交日期：{date}（香港今日；個案未有註明）
filed_unknown | day of filing: {why} | 遞交日期：{why}
as_known_on | as known on {date} | 按{date}所知的規則
why_yes | Because | 理由
why_no | What stood in the way | 未能符合之處
hangs_on | What it hangs on | 取決於
either_way | Whatever the answers, these decide | 以下條件影響結果
chain | Condition by condition | 逐項條件
alternatives | {n} more conditions: see `whereas explain` | 另有{n}項條件，詳見 `whereas explain`
assumes | Taken as favourable | 假定有利
sensitive | Another reading would change the answer | 採用其他理解會改變結果
grants | Grants | 可獲准
documents | Papers to file | 須提交文件
routes | See also | 另可參閱
weak | Rests on weak sources alone | 只依據可靠程度較低的資料
readings | Readings chosen | 所採用的理解
lists | Lists taken as complete | 視為完整的清單
unused | Told, but read by no rule | 已提供但沒有規則用到的資料
notices | Please note | 請注意
sources | Sources | 資料來源
limit_time | the time allowed ran out | 已達時間上限
limit_size | the case is larger than the limit | 個案大小超出上限
limit_interrupted | the analysis was interrupted | 分析被中斷
limit_other | a limit was reached | 已達上限
limit | Stopped before the end | 分析提早停止
limit_words | {limit}; no verdict on: {what} | {limit}；以下類別未有結論：{what}
stay | stay | 逗留期限
condition | condition of stay | 逗留條件
by_event | {values}, by {event} | {values}，視乎{event}
shown_for | Answered from the book “{book}”, known to {date} | 依據規則書「{book}」，所知截至{date}
reading_is | {reading}: {value} | {reading}：{value}
all_of | all of these | 以下各項全部
any_of | one of these at least | 以下至少一項
at_least_of | {n} of these at least | 以下至少{n}項
not_of | not this | 並非以下情況
some_of | a {thing} that meets all of this | 有一項{thing}符合以下條件
every_of | every {thing} | 每一項{thing}
some_none | no {thing} is told of | 未有提及任何{thing}
by_reading | read as: {value} | 理解為：{value}
overridden | decided by the exception “{label}” | 由例外情況「{label}」決定
fails | not met: {what} | 未符合：{what}
presumed | taken as favourable | 假定有利
applies | applies: {what} | 適用：{what}
applies_not | does not apply: {what} | 不適用：{what}
met | met | 符合
not_met | not met | 不符合
open | open | 未定
blocked | barred | 受限
"""


def _read(table: str) -> dict[str, tuple[str, str]]:
    rows = ([cell.strip() for cell in line.split(" | ")] for line in table.strip().splitlines())
    return {key: (en, zh) for key, en, zh in rows}


PHRASES = _read(_TABLE)
"""English and Traditional Chinese by key."""


def say(key: str, lang: Lang, **holes: object) -> str:
    """A phrase with its holes filled."""
    return PHRASES[key][lang == "zh"].format(**holes)


def joined(words: Sequence[str], lang: Lang, kind: Literal["and", "or"] = "and") -> str:
    """`a, b and c`."""
    if len(words) < 2:
        return "".join(words)
    if lang == "zh":
        return "、".join(words[:-1]) + ("及" if kind == "and" else "或") + words[-1]
    return ", ".join(words[:-1]) + f" {kind} " + words[-1]
