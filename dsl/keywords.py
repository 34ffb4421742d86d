"""The words of the language, in English and in Chinese over one grammar.

A `Word` names a terminal of the grammar. The first spelling of each language is the one the formatter writes; the
others are accepted. Words of `OPENING` are keywords only where a line begins, so that facts may still be called `key`
or `value`; words of `ANYWHERE` are reserved.
"""

from __future__ import annotations

from msgspec import Struct


class Word(Struct, frozen=True):
    """One keyword: its spellings, preferred one first."""

    en: tuple[str, ...]
    zh: tuple[str, ...]


def _w(en: str, zh: str) -> Word:
    return Word(tuple(en.split("|")), tuple(zh.split("|")))


OPENING: dict[str, Word] = {
    "BOOK": _w("book", "規則書"),
    "USES": _w("uses", "採用"),
    "SOURCE": _w("source", "來源"),
    "RANK": _w("rank", "級別"),
    "EDITION": _w("edition", "版本"),
    "DOCUMENT": _w("document", "原文"),
    "ADDRESS": _w("address", "網址"),
    "SHA256": _w("sha256", "雜湊值"),
    "PARAMETER": _w("parameter", "參數"),
    "VALUE": _w("value", "數值"),
    "TABLE": _w("table", "名單"),
    "KEY": _w("key", "索引|鍵"),
    "LABELS": _w("labels", "名稱欄|名稱"),
    "VALID": _w("valid", "有效期"),
    "ROWS": _w("rows", "只取|行"),
    "CLOSED": _w("closed", "完整"),
    "GAPPY": _w("gappy", "不全"),
    "ENUMERATION": _w("enumeration", "選項"),
    "ENTITY": _w("entity", "事物"),
    "GIVEN": _w("given", "案情"),
    "SPELL": _w("spell", "時段"),
    "INVARIANT": _w("invariant", "必定|恆真"),
    "JUDGEMENT": _w("judgement", "判斷"),
    "READING": _w("reading", "解讀"),
    "CONFLICT": _w("conflict", "矛盾"),
    "SAYS": _w("says", "稱"),
    "RESOLVED": _w("resolved", "取捨|處理"),
    "TERM": _w("term", "定義"),
    "MEANS": _w("means", "即"),
    "SCHEME": _w("scheme", "計劃"),
    "CATEGORY": _w("category", "類別"),
    "NEEDS": _w("needs", "須符合"),
    "BARRED_BY": _w("barred by", "排除|不得"),
    "EXCEPT": _w("except", "例外"),
    "OVERRIDES": _w("overrides", "凌駕"),
    "OVER": _w("over", "優先於"),
    "GRANTS": _w("grants", "批予|給予"),
    "ASKS_FOR": _w("asks for", "須提交"),
    "ROUTES_TO": _w("routes to", "轉介|轉往"),
    "PROPERTY": _w("property", "保證|性質"),
    "EXAMPLE": _w("example", "例子"),
    "FACTS": _w("facts", "事實"),
    "WITH": _w("with", "更改|改為"),
    "EXPECT": _w("expect", "預期"),
    "RESTS_ON": _w("rests on", "有賴假定"),
    "SENSITIVE_TO": _w("sensitive to", "取決於解讀"),
    "NOTICE": _w("notice", "提示"),
    "PAPER": _w("paper", "文件"),
    "NO_RULE": _w("no rule", "非規則"),
    "ACCEPTED": _w("accepted", "已考慮"),
}

ANYWHERE: dict[str, Word] = {
    "ALL_OF": _w("all of", "以下全部"),
    "ANY_OF": _w("any of", "以下任一"),
    "AT_LEAST": _w("at least", "至少"),
    "AT_MOST": _w("at most", "最多"),
    "MORE_THAN": _w("more than", "多於"),
    "LESS_THAN": _w("less than", "少於"),
    "OF": _w("of", "項"),
    "NOT": _w("not", "並非"),
    "AND": _w("and", "並且|而且|及"),
    "OR": _w("or", "或者|或"),
    "IS_NOT": _w("is not", "不是|不為"),
    "IS": _w("is", "是|為"),
    "ON_OR_BEFORE": _w("on or before", "不遲於"),
    "ON_OR_AFTER": _w("on or after", "不早於"),
    "BEFORE": _w("before", "早於|先於"),
    "AFTER": _w("after", "遲於|後於"),
    "WITHIN": _w("within", "不逾|限期"),
    "IN": _w("in", "屬於"),
    "ON": _w("on", "於"),
    "SOME": _w("some", "有"),
    "EVERY": _w("every", "每個|每"),
    "SUCH_THAT": _w("such that", "符合|使得"),
    "FOR": _w("for", "就"),
    "WHERE": _w("where", "其中"),
    "WHEN": _w("when", "當"),
    "PLUS": _w("plus", "加"),
    "MINUS": _w("minus", "減"),
    "MONTHS_OF": _w("months of", "累計月數|月數"),
    "COUNT_OF": _w("count of", "數目"),
    "SUM_OF": _w("sum of", "合計|總和"),
    "YEAR_OF": _w("year of", "年份"),
    "MONTH_BEGINS": _w("first day of the month of|first day of month of", "當月首日"),
    "MONTH_ENDS": _w("last day of the month of|last day of month of", "當月末日"),
    "YEAR_BEGINS": _w("first day of the year of|first day of year of", "當年首日"),
    "YEAR_ENDS": _w("last day of the year of|last day of year of", "當年末日"),
    "AGE_OF": _w("age of", "年齡"),
    "EARLIEST_OF": _w("earliest of", "最早者|最早"),
    "LATEST_OF": _w("latest of", "最遲者|最遲"),
    "SHORTEST_OF": _w("shortest of", "最短者|最短"),
    "LONGEST_OF": _w("longest of", "最長者|最長"),
    "TOTAL_OF": _w("total of", "總分"),
    "HIGHEST_OF": _w("highest of", "最高一項"),
    "FOR_EACH": _w("for each", "每有一"),
    "LIST_OF": _w("list of", "多個|清單"),
    "KEY_OF": _w("key of", "名列"),
    "JUDGED": _w("judged", "經判斷"),
    "BY_READING": _w("by reading", "按解讀"),
    "BY": _w("by", "按"),
    "FROM": _w("from", "由"),
    "TO": _w("to", "至"),
    "KNOWN": _w("known", "知悉於"),
    "UNKNOWN": _w("unknown", "未知"),
    "DEFAULT": _w("default", "預設"),
    "UNLESS": _w("unless", "除非"),
    "ORDERED": _w("ordered", "有序"),
    "LIKE": _w("like", "仿照"),
    "BECAUSE": _w("because", "因為"),
    "AS": _w("as", "視作"),
    "MET": _w("met", "成立"),
    "NEVER": _w("never", "絕不同時|絕不"),
    "ALWAYS": _w("always", "必然"),
    "ALONGSIDE": _w("alongside", "連同"),
    "MORE_OF": _w("more of", "更多的|更多"),
    "NEVER_HURTS": _w("never hurts", "絕無損於"),
    "ORDER_OF": _w("the order of|order of", "列出次序|次序"),
    "NEVER_MATTERS": _w("never matters", "絕無影響"),
    "CANNOT_CHANGE": _w("cannot change", "不可改變"),
    "CHANGES_WITH_TIME": _w("changes with time", "隨時間改變"),
    "CAN_CHANGE": _w("can change", "可以改變"),
    "SETTLED_BY_EVIDENCE": _w("settled by evidence", "憑證據確定"),
    "MAY_GROW": _w("may grow", "可以增加"),
    "WITH_LITTLE_EFFORT": _w("with little effort", "不費力"),
    "WITH_MUCH_EFFORT": _w("with much effort", "須費力"),
    "DAYS": _w("days|day", "日|天"),
    "WEEKS": _w("weeks|week", "星期"),
    "MONTHS": _w("months|month", "個月"),
    "YEARS": _w("years|year", "年"),
    "EN": _w("en", "英文"),
    "ZH": _w("zh", "中文"),
    "CITES": _w("cites", "引據|引"),
    "PHRASE": _w("phrase", "詞句"),
    "WEAK": _w("weak", "依據薄弱|薄弱"),
}

PUNCTUATION: dict[str, tuple[str, ...]] = {
    "LPAR": ("(", "（"),
    "RPAR": (")", "）"),
    "LSQB": ("[", "［", "【"),
    "RSQB": ("]", "］", "】"),
    "LBRACE": ("{", "｛"),
    "RBRACE": ("}", "｝"),
    "COMMA": (",", "，", "、"),
    "COLON": (":", "："),
    "EQUAL": ("=", "＝"),
}
"""Terminals of the punctuation, ASCII first; full-width forms are accepted."""

QUOTES: dict[str, str] = {'"': '"', "「": "」", "“": "”"}
"""Opening to closing quotation marks of a string."""
