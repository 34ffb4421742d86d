"""Every word the interface itself says, in both languages. Words about the law come from the book."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
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
other | one the lists do not name | 名單未有列明者
further | a further {thing} | 另一項{thing}
nth | {thing} {n} | {thing}{n}
noted | {what} ({note}) | {what}（{note}）
about | {thing}: {what} | {thing}：{what}
of_thing | {fact} ({thing}) | {fact}（{thing}）
nothing | none | 沒有
entries | {n} entries | {n}項
entry | one entry | 1項
maybe_more | {what}, and there may be more | {what}，或尚有其他
range | from {low} to {high} | {low}至{high}
range_up | {low} or more | {low}或以上
hinge_fact | {why}: {what} | {why}：{what}
hinge_open_list | there may be more: {what} | 或尚有其他：{what}
hinge_judgement | for the officer: {what} | 由審批人員判斷：{what}
hinge_reading | two readings: {what} | 條文有不同理解：{what}
hinge_law | the law does not say: {what} | 規則未有訂明：{what}
law_silent | the law does not say | 規則未有訂明
whether_listed | whether “{table}” has {row} | 「{table}」是否包括{row}
not_yet | not yet in force | 尚未生效
needed | {what}; the rule asks for: {rule} | {what}；規則要求：{rule}
counts_against | {what}; what counts against: {rule} | {what}；不符情況：{rule}
in_force | {label} ({value}) | {label}（{value}）
audit_person | {words}; `assess` says of {category}: {verdict} | {words}；`assess`對{category}的結果：{verdict}
audit_exception | this exception keeps them apart and changes nothing else: | 以下例外可將兩者分開，而不影響其他結果：
audit_counted | findings: {n}; answered in the book: {answered} | 發現：{n}項；規則書已回應：{answered}項
audit_only | only these categories: {names} | 只查看以下類別：{names}
audit_looked | filing days looked at: {days}, from {first} to {last} | 查看的提交日期：{days}個，由{first}至{last}
elements_tried | elements of lists tried at the most: {counts} | 所試的清單項目數目上限：{counts}
diff_between | from {old} to {new} | 由{old}至{new}
diff_nothing | nothing is different: {n} categories | 沒有分別：共{n}個類別
diff_changed | categories in which somebody's verdict changes: {n} | 有人結果改變的類別：{n}個
diff_open | categories that could not be settled: {n} | 未有結論的類別：{n}個
diff_proved | same for everybody: {same} said otherwise, {alike} untouched | 結果相同：{same}個寫法不同，{alike}個無改
diff_person | the smallest person found who shows it: | 可說明的最簡人士：
diff_worked | one of the book's examples, made smaller, who shows it: | 規則書的例子之一，刪減後可說明：
diff_because | because of: | 原因：
diff_where | where {fact}: {values} | {fact}：{values}
diff_begins | before, nobody could; now whoever meets these conditions: | 以往無人可符合；現在凡符合以下條件的人士：
diff_ends | nobody can any more; before, whoever met these conditions: | 現已無人可符合；以往凡符合以下條件的人士：
diff_unless | unless: {words} | 除非：{words}
diff_from_on | {low} and later | {low}起
diff_any_but | any but {values} ({n}) | 除{values}外的任何一項（{n}項）
diff_counted | {values} ({n}) | {values}（{n}項）
diff_listed | all {n} listed on {day} ({table}), such as {values} | {day}所列的全部{n}項（{table}），例如{values}
diff_listed_anew | the {n} new on {day} ({table}), such as {values} | {day}新列入的{n}項（{table}），例如{values}
diff_partly | {values}; of {n} kinds of values nothing is said | {values}；另有{n}類未有結論
diff_left_open | too much to try: of other people nothing is said | 組合過多：其他人士未有結論
diff_law | some verdicts depend in both on the law, on other questions | 有些結果所視乎的規則空白之處不同
diff_readings | only if {chosen} is chosen: {before} → {after} | 只在選擇{chosen}時：{before} → {after}
diff_changed_word | changed | 改動
diff_added | added | 新增
diff_removed | removed | 刪去
diff_same_effect | Said otherwise, to the same effect for everybody | 寫法不同，對任何人效果相同
diff_unread | Of these, not settled for other readings than the defaults | 其中未就其他條文理解得出結論者
diff_renamed | Renamed, saying the same of everybody | 改名，對任何人效果相同
diff_added_categories | New categories | 新類別
diff_removed_categories | Categories that are gone | 已刪去的類別
diff_presumptions | judgements presumed otherwise, not counted here: {n} | 推定有改的判斷（未計在內）：{n}項
diff_presumed | Presumed otherwise: verdicts may change where these are not told | 推定有改：未提供時結果或會改變
diff_idle | Edits that change no verdict | 不改變結果的改動
diff_said | Said otherwise, whatever the verdict | 結果以外的改動
diff_declared | Only in one of the two | 只見於其中之一
diff_retyped | Facts of another type, taken as other facts | 類型不同的事實，視為不同的事實
diff_spells | Spells that begin or end otherwise, counted as in the new one | 起止日期不同的項目，月數按新版計算
diff_part_label | name | 名稱
diff_part_grants | what is granted | 批給的內容
diff_part_asks | papers | 所需文件
diff_part_routes | pointers | 指引
diff_part_cites | citations | 出處
diff_part_words | words of conditions | 條件的文字
audit_cut_short | the time allowed ran out; there may be more | 時限已到，或尚有其他發現
audit_totals | conditions inside totals are looked at with `--category` | 合計內的條件須以`--category`指明類別方予檢視
audit_kept | promises kept: {names} | 守住的保證：{names}
audit_order | kept, as nothing reads the order of a list: {names} | 因無規則理會清單次序而守住：{names}
audit_left | too much to try, nothing is said of: {names} | 組合過多，未有結論：{names}
case | Case | 個案
category | Category | 類別
filed | filed {date} | 遞交日期：{date}
filed_default | filed {date} (today in Hong Kong; the case gives no date) | 遞交日期：{date}（香港今日；個案未有註明）
filed_unknown | day of filing: {why} | 遞交日期：{why}
as_known_on | as known on {date} | 按{date}所知的規則
as_known_late | as known on {date}; the book is known to {last} | 按{date}所知的規則；規則書所知截至{last}
readings_open | every reading left open | 條文的各種理解一律未定
judgements_open | no judgement taken as favourable | 不假定任何判斷有利
in_all_yes | qualifies for {what} | 符合資格：{what}
in_all_depends | depends: {what} | 視乎情況：{what}
many | {n} categories, told below by what they hang on | {n}個類別，按所取決的事項列於下文
in_all_no | qualifies for none of these | 以下類別均不符合資格
after_depends | {date}; filed later, it depends | {date}；其後遞交則視乎情況
after_no | {date}; filed later, it is a no | {date}；其後遞交則不符合資格
file_by | file by | 最遲遞交日期
open_ended | Rules without an end, as known to the day of their source | 沒有訂明終止日期的規則，所知截至資料來源的日期
known_to | as known to | 所知截至
not_open | Does not qualify | 不符合資格
hang_on_this | {n} categories hang on this | 以下{n}個類別取決於此
and_on | and on | 以及
n_categories | {n} categories | {n}個類別
closed_by | {n} categories: {what} | {n}個類別：{what}
closed_otherwise | {n} categories need something else than this: {what} | {n}個類別要求有別於此：{what}
count_fact | facts not told ({n}) | 未提供的資料（{n}項）
count_judgement | judgements of officers ({n}) | 由審批人員判斷的事項（{n}項）
count_reading | readings of the text ({n}) | 條文的理解（{n}項）
count_law | gaps in the law ({n}) | 規則未有訂明的事項（{n}項）
and_more | and {n} more | 及另外{n}項
not_shown | `--all` gives every category its reasons and all it hangs on | 以 `--all` 列出每個類別的理由及所有取決事項
more | Told in short | 從略之處
why_yes | because | 理由
why_no | why not | 不符原因
hangs_on | hangs on | 取決於
chain | Condition by condition | 逐項條件
entry_counted | counted: {what} | 計算在內：{what}
entry_left_out | not counted: {what} | 不計算：{what}
entry_open | cannot be told: {what} | 未能確定：{what}
points | {n} points | {n}分
capped | {what}: no more than {n} points | {what}：最多{n}分
outdone | another counts for more, or as much | 另一項得分較高或相同
may_be_outdone | another may count for more | 另一項得分或較高
nor_elsewhere | {what}; nor otherwise | {what}；亦不符其他計算方式
outside | {days}: outside the days that count, {window} | {days}：不在計算期間（{window}）之內
ends_early | {days}: ends before it begins | {days}：在開始前已終止
days_once | {what} (days shared with {thing} count once) | {what}（與{thing}重疊的日子只計一次）
days | {low} to {high} | {low}至{high}
days_from | from {low} | {low}起
days_on | from {low}, still going on | {low}起，仍在進行
days_up_to | up to {high} | 至{high}為止
alternatives | {n} more: see `whereas explain` | 另有{n}項，詳見 `whereas explain`
assumes | Taken as favourable | 假定有利
sensitive_words | {what}: read otherwise, the answer changes ({id}) | {what}：按另一理解，結果會改變（{id}）
sensitive | text unclear | 條文不明確
would_grant | would grant | 符合則可獲准
grants | grants | 可獲准
documents | papers | 須交文件
routes | see also | 另可參閱
weak | weak sources | 來源較弱
readings | Readings chosen | 所採用的理解
lists | Lists taken as complete | 視為完整的清單
none_told | Told as an empty list: none | 填報為沒有任何項目
unused | Told, but read by no rule | 已提供但沒有規則用到的資料
notices | Please note | 請注意
sources | Sources | 資料來源
limit_time | the time allowed ran out | 已達時間上限
limit_size | the case is larger than the limit | 個案大小超出上限
limit_other | a limit was reached | 已達上限
limit | Stopped before the end | 分析提早停止
limit_words | {limit}; no verdict on: {what} | {limit}；以下類別未有結論：{what}
stay | stay | 逗留期限
not_settled | cannot be told yet | 未能確定
up_to | up to {high} | 最長{high}
not_less | at least {low} | 最少{low}
as_event | by {event} | 視乎{event}
by_event | {values}, by {event} | {values}，視乎{event}
shown_for | Answered from the book “{book}”, known to {date} | 依據規則書「{book}」，所知截至{date}
reading_is | {reading}: {value} | {reading}：{value}
all_of | all of these | 以下各項全部
any_of | one of these at least | 以下至少一項
at_least_of | {n} of these at least | 以下至少{n}項
not_of | not this | 並非以下情況
some_of | {thing} that meets all of this | 有一項{thing}符合以下條件
every_of | every {thing} | 每一項{thing}
none_of | none of these | 以下各項均不適用
not_all_of | not all of these | 並非以下各項全部
fewer_of | fewer than {n} of these | 以下少於{n}項
no_of | no {thing} meets all of this | 沒有{thing}符合以下各項條件
not_every_of | not every {thing} | 並非每一項{thing}
whatever | {what}, whatever is not told | {what}（不論未提供的資料如何）
fails_whatever | not met, whatever is not told: {what} | 不論未提供的資料如何，均未符合：{what}
some_none | the case tells of no {thing} | 個案未有提及任何{thing}
by_reading | read as: {value} | 理解為：{value}
may_override | the exception “{label}” may decide | 或由例外情況「{label}」決定
overridden | decided by the exception “{label}” | 由例外情況「{label}」決定
fails | not met: {what} | 未符合：{what}
presumes | presumed | 假定有利
presumed | taken as favourable | 假定有利
unless_told | {what} (unless this is told: {facts}) | {what}（除非個案提及：{facts}）
not_presumed | {what}; {why} | {what}；{why}
ended_by | not presumed, since this is told: {facts} | 個案已提及{facts}，故不作假定
against | barred by: {what} | 屬不符情況：{what}
applies | applies: {what} | 適用：{what}
stands | in the way | 障礙所在
rests_on | rests on | 所依據的事項
any_is_enough | with any one of these | 連同以下任何一項
no_more | {thing}: {n}, and no more | {thing}：{n}，別無其他
is_told | there is: {thing} | 有：{thing}
not_all_found | there was too much to try: this may not be all | 需要嘗試的組合太多，以下未必齊全
nearest | Nearest to being open | 最接近符合資格
to_change_one | one thing to change | 須改變一項
to_change | {n} things to change | 須改變{n}項
nothing_opens | nothing that can change opens it | 沒有可改變的事項能使其符合
however_read | However the text is read | 不論條文如何理解
always_so | {what} under every reading | 按任何理解均{what}
turns_on | {what} turns on | {what}取決於
with_others | together with other readings | 與其他理解一併決定
whatever_told | whatever is told | 不論提供甚麼資料
applies_not | not so: {what} | 並非如此：{what}
sources_of | What the book “{book}” rests on, known to {date} | 規則書「{book}」的依據，所知截至{date}
rank | Sources of rank {n}: {what} | 第{n}級來源：{what}
rank_1 | statutes, gazette, government press releases | 法例、憲報、政府新聞公報
rank_2 | pages of departments | 政府部門網頁
rank_3 | government slides and addresses | 政府簡報及施政報告
rank_4 | operators of schemes | 計劃營辦機構
rank_5 | law firms, press, universities | 律師行、傳媒、大學
rank_6 | agencies | 中介公司
rank_7 | unknown authors | 作者不詳
edition | as of {date} | {date}的版本
stored_as | stored as {file} | 存檔 {file}
conflicts | Conflicts between sources | 來源之間的矛盾
superseded | the later date prevails | 以較後日期者為準
outranked | the better source prevails | 以級別較高者為準
unreliable | one source is not relied on | 其中一方不可靠
scope | each speaks of something else | 各有適用範圍
omission | one leaves something out | 其中一方有所遺漏
open | open: reading {reading} | 未決：解讀 {reading}
unclear | Readings of unclear text | 條文的不同理解
by_default | {what} (by default) | {what}（預設）
judgements | Judgements of officers | 由審批人員作出的判斷
is_presumed | presumed | 假定有利
is_presumed_unless | presumed, unless this is told: {facts} | 假定有利，除非個案提及：{facts}
is_open | open | 未定
weak_rules | Rules that rest on weak sources alone | 只以較弱來源為據的規則
facts_of | {n} of {all} entries of {sheet} are accounted for | {sheet} 的{all}項之中，{n}項已有交代
entries_head | entries | 項目
in_rules | in rules | 已列入規則
no_rule | no rule | 非規則
left_out | left out | 未有交代
descriptive | descriptive | 說明性質
statistic | a statistic | 統計數字
no_longer | superseded | 已被取代
not_about_eligibility | not about eligibility | 與資格無關
material_not_found | material not found | 找不到資料
more_places | and {n} more | 另有{n}處
checked | {n} of {all} key phrases stand once in their documents | {all}個詞句之中，{n}個在原文出現一次
same | as it was | 沒有改動
changed | changed since the rules were read from it | 已改動，與規則所依據者不同
unrecorded | no hash recorded; it is now {hash} | 未有記錄雜湊值；現為 {hash}
again | read again | 須重新核對
when_span | filing from {first} to {last} | 遞交日期由{first}至{last}
when_on | on {first} | {first}當日
when_from | from {first} on | 由{first}起
when_all | all the time, from {first} to {last} | 由{first}至{last}一直如此
when_between | {first} to {last} | {first}至{last}
when_contradiction | contradicts what is told | 與所述資料矛盾
when_unsettled | not settled: too much to try | 未有結論：可能情況過多
when_does_not_fit | such a day of filing does not fit {what} | 該遞交日期與以下資料不符：{what}
when_fits_nothing | nothing that is not told would fit such a day of filing | 未提供的資料無論如何均與該遞交日期不符
when_assumed | Taken to be so on every day | 以下假定於每一日均成立
when_stays | whenever it is filed, what the case tells stays as it is | 無論何時遞交，個案所述資料均維持不變
when_goes_on | what is still going on goes on: {what} | 仍在進行者一直持續：{what}
when_moves | not told, so taken to be the day of filing: {what} | 個案未有提供，視為遞交當日：{what}
when_aside | told of the filing of the case, so left open here: {what} | 屬個案所述該次遞交，故此處視為未定：{what}
when_turns | what turns | 轉變原因
when_ahead | Known to change on the way | 期間已知的變動
when_steady | Depends on all of these days | 以上期間一直視乎情況
when_closed | Not open on any of these days | 以上期間一直不符合資格
when_nothing | nothing is open, or may be, on any of these days | 以上期間並無任何類別符合或可能符合資格
ahead_value | {what}: {after}, until then {before} | {what}：{after}（之前為{before}）
ahead_starts | {what}: {after} | {what}：{after}
ahead_unknown | not known | 未知
ahead_come | entries that come in: {n} | 新增{n}項
ahead_gone | entries that leave: {n} | 刪除{n}項
ahead_closed | complete from then on | 自此為完整名單
ahead_gappy | known in part from then on | 自此只知部分內容
ahead_nothing | not known from then on | 自此未知其內容
ahead_age | age {age} is reached ({what}) | 年滿{age}歲（{what}）
readings_of | by how this is read: {value} | 視乎如何理解：{value}
if_read | if read as: {value} | 如理解為：{value}
as_in | as in {number} | 同{number}
one_at_least | at least one {thing} that meets all of this | 至少有一項{thing}符合以下全部
each_one | every {thing} meets all of this | 每一項{thing}均符合以下全部
counted | counted: {thing} that meets this | 計算在內：符合以下條件的{thing}
points_total | points added up | 得分相加
points_highest | the highest points alone | 只取最高得分
points_most | {what}, {n} at most | {what}，最多{n}分
points_each | {n} points for each {thing} | 每項{thing}{n}分
told | [{what}] | [{what}]
total_months | time | 時間
total_count | number | 數目
total_sum | amount | 金額
total_points | points | 得分
exception_met | then [{path}] counts as met | 則[{path}]視作成立
exception_unmet | then [{path}] counts as not met | 則[{path}]視作不成立
part_needs | Needs all of these | 須符合以下全部
part_bars | Barred by any of these | 如屬以下任何一項則不符合
part_exceptions | Exceptions | 例外
own_sheet | drawn by itself: {number} | 另圖：{number}
when_so | when {what} | 如{what}
always | always | 一直
from_day | from {start} | 由{start}起
to_day | to {end} | 至{end}
from_to | from {start} to {end} | 由{start}至{end}
list_closed | complete, what is missing is not on it | 完整，未列出者即不在名單上
list_gappy | known in part, what is missing may be on it | 只知部分，未列出者或在名單上
generated | Made by `whereas pages` from the book “{book}”. | 由 `whereas pages` 按規則書「{book}」編製。
known_up_to | It is known to {date}. | 所知截至{date}。
not_edited | Do not edit: change the book and run it again. | 請勿直接修改；應修改規則書後重新編製。
number | No. | 編號
label | Label | 標記
condition_head | Condition | 條件
by_date | Values by date | 按日期的數值
cited_head | Sources | 來源
exactly | exactly: {what} | 即：{what}
chosen_by | {label}, by {event} | {label}（視乎{event}）
known_since | known since {date} | {date}起知悉
on_list | list: {list} | 名單：{list}
gives | What it grants | 可獲准
asks_for | What it asks for | 須交文件
leads_to | Where it points to | 轉介
what | What | 項目
touch_readings | Readings of the text that touch it | 相關的條文理解
touch_judgements | Judgements of officers that touch it | 相關的人員判斷
touch_conflicts | Conflicts between sources that touch it | 相關的來源矛盾
rank_of | rank {n} | 第{n}級
lists_read | Lists that these conditions look at | 上述條件所用的名單
lists_naming | Lists that name this scheme, with their figures | 列有本計劃的名單及其數字
rows_of | {n} rows | {n}項
ask_any | is there any: {what}? | 有沒有：{what}？
ask_more | is there any more: {what}? | 還有沒有其他：{what}？
ask_is | {what}? | {what}？
ask_judged | how is it judged: {what}? | 如何判斷：{what}？
ask_truth | yes or no | 是或否
ask_date | a date, such as 2022-03-24 | 日期，例如2022-03-24
ask_money | an amount in Hong Kong dollars, such as 2500000 | 港元金額，例如2500000
ask_whole | a whole number | 整數
ask_duration | a length of time, such as `24 months` | 期間，例如 `24 months`
ask_country | a country, by its name or two letters | 國家或地區，可寫名稱或兩個字母的代號
ask_key | by its name on the list, or `other` | 名單上的名稱，或 `other`
ask_text | in words | 文字
ask_list | `none`, `one`, a number, or `2+` if there may be more | `none`（沒有）、數目，如或尚有其他則為 `2+`
ask_judgement | `favourable` or `unfavourable` | `favourable`（有利）或 `unfavourable`（不利）
ask_one_of | one of | 以下之一
ask_keys | `?` (why), `don't know`, `won't say`, `back`, `stop` | `?`（原因）、`不知道`、`不願提供`、`返回`、`停止`
ask_settled | settled: {n} of {all} | 已有結論：{n}／{all}
ask_why | it can settle | 可定出結論的類別
ask_on_average | on average {n} | 平均{n}個
ask_done | nothing is left to ask | 沒有其他問題
ask_left | what is left is for an officer or the law | 餘下取決於審批人員的判斷或規則
ask_left_untold | the rest hangs on what was not told, an officer or the law | 餘下取決於未提供的資料、審批人員或規則
ask_none | does not qualify for anything that was asked about | 所查問的類別均不符合資格
ask_stopped | stopped before the end | 提早停止
ask_unused | answers that were not asked for | 未有問及的答案
ask_unanswered | there is no answer to this | 沒有此題的答案
ask_nothing_before | this is the first question | 這是第一題
ask_written | written to {file} | 已寫入 {file}
ask_two_or_more | two or more | 兩項或以上
ask_one | one | 一項
pages_of | Schemes of the book “{book}” | 規則書「{book}」的計劃
record_filed | entry {n} | 第{n}項
record_verified | every claim follows from its facts and its rules | 各項結論均可由所記資料及規則推得
record_in_part | nothing is wrong, but not every claim is proved | 並無錯誤，但並非各項結論均獲證明
record_broken | not a true record | 並非真確紀錄
record_wrong | wrong | 有誤
record_unproved | not proved | 未獲證明
record_more | and {n} more; `--json` lists all | 尚有{n}項；`--json` 可全部列出
record_chain | the chain of {n} entries holds | {n}項紀錄的連鎖完整無缺
record_same | the same answer, bit for bit, from book {hash} | 答案逐位元相同，規則書為{hash}
record_differences | differences: {n} | 不同之處：{n}項
record_differs | {at}: recorded {one}, now {two} | {at}：紀錄為{one}，現為{two}
record_masked | (masked) | （已遮蓋）
record_day | filed {day} | 遞交日期：{day}
record_listed | {n} of {all} entries; head {head} | 共{all}項，列出{n}項；鏈首{head}
wi_before | before | 改變前
wi_after | after | 改變後
wi_from_to | {what}: {before} → {after} | {what}：{before} → {after}
wi_nothing_changes | No answer changes | 所有結果均沒有改變
wi_alike | {n} other categories stay as they are | 其餘{n}個類別維持不變
wi_now | now | 目前
wi_reached | Nothing needs to change: at most judgements of officers are left | 無須改變：至多只餘由審批人員判斷的事項
wi_forbidden | Nothing can be done: facts that cannot change forbid it | 無法達到：以下不可改變的資料排除此類別
wi_only_later | {day}, and it can only be later | {day}，且只能延後
wi_nothing | Nothing can be done: no facts that can change bring it about | 無法達到：任何可改變的資料都不能促成
wi_unknown | Nothing was found | 未有找到方法
wi_cut | The search was cut short: there may be more ways | 搜尋提早停止，或尚有其他方法
wi_effort_1 | with little effort | 不費力
wi_effort_2 | with some effort | 須一些工夫
wi_effort_3 | with much effort | 頗費力
wi_law | if the law, not known so far, allows it | 視乎目前未知的規則
wi_then | then: {verdict} | 結果：{verdict}
wi_file_from | file from {first} on | 自{first}起遞交申請
wi_file_on | file on {first} | 於{first}遞交申請
wi_file_between | file from {first} to {last} | 於{first}至{last}期間遞交申請
wi_change | change this: {what}: {before} → {after} | 作出改變：{what}：{before} → {after}
wi_prove | show by evidence: {what}: {before} → {after} | 以證據證明：{what}：{before} → {after}
wi_wait | once it has come to this: {what}: {before} → {after} | 待情況轉變：{what}：{before} → {after}
wi_settle | if it turns out so: {what}: {after} | 如查明{what}：{after}
wi_tell | this has to be known: {what}: {after} | 須知悉{what}：{after}
wi_settle_person | if it is so, or is brought about: {what}: {after} | 如屬實或能辦到：{what}：{after}
wi_gain | gain {thing}: {facts} | 取得{thing}：{facts}
wi_learn | if there turns out to be {thing}, and no more: {facts} | 如查明有{thing}而再無其他：{facts}
wi_none | if it turns out that there are none: {what} | 如查明沒有：{what}
wi_no_more | if it turns out that there are no more: {what} | 如查明再無其他：{what}
wi_such_as | such as {value} | 例如{value}
wi_either | yes or no will do | 是否皆可
wi_any | anything will do, such as {value} | 任何值皆可，例如{value}
wi_or_later | {low} or later | {low}或以後
wi_or_earlier | {high} or earlier | {high}或以前
wi_or_less | {high} or less | {high}或以下
"""


def _read(table: str) -> dict[str, tuple[str, str]]:
    rows = ([cell.strip() for cell in line.split(" | ")] for line in table.strip().splitlines())
    return {key: (en, zh) for key, en, zh in rows}


PHRASES = _read(_TABLE)
"""English and Traditional Chinese by key."""


def say(key: str, lang: Lang, **holes: object) -> str:
    """A phrase with its holes filled."""
    return PHRASES[key][lang == "zh"].format(**holes)


def words_language(lang: Language) -> Lang:
    """The language words are made in before a change of script."""
    return "en" if lang == "en" else "zh"


def listed(words: Iterable[str], lang: Language | Lang) -> str:
    """`a; b; c`."""
    return ("; " if lang == "en" else "；").join(words)


def enumerated(words: Iterable[str], lang: Language | Lang) -> str:
    """`a, b, c`, for names."""
    return (", " if lang == "en" else "、").join(words)


def joined(words: Sequence[str], lang: Lang, kind: Literal["and", "or"] = "and") -> str:
    """`a, b and c`."""
    if len(words) < 2:
        return "".join(words)
    if lang == "zh":
        return "、".join(words[:-1]) + ("及" if kind == "and" else "或") + words[-1]
    return ", ".join(words[:-1]) + f" {kind} " + words[-1]
