"""Facts that no rule reads, and a day of filing that goes by another name."""

from __future__ import annotations

from dsl.book import compile_book_files

BOOK = """\
book small
  en "Small"  zh "小"
  known 2026-11-21
source guide
  rank 2
  edition 2024-01-01
  en "Guide"  zh "指引"
given submitted_on : date default today  en "day of filing"  zh "申請日"
given approved_on : date  en "day of approval"  zh "批准日"
given applicant : person  en "applicant"  zh "申請人"
entity person
  en "person"  zh "人"
  name : text  en "name"  zh "姓名"
  income : money  en "income"  zh "收入"
  born_on : date  en "date of birth"  zh "出生日期"
  children : list of child  en "children"  zh "子女"
  jobs : list of job  en "jobs"  zh "工作"
entity child
  en "child"  zh "子女"
  age : whole  en "age"  zh "年齡"
entity job
  en "job"  zh "工作"
  began_on : date  en "first day"  zh "首日"
  ended_on : date  en "last day"  zh "末日"
  spell began_on to ended_on
parameter floor : money by approved_on
  en "floor"  zh "下限"
  from 2024-01-01 HK$5  cites guide "1"
scheme small  en "Small"  zh "小"
value adult : date
  means applicant.born_on plus 18 years
category small.a
  en "A"  zh "甲"
  cites guide "1"
  needs all of
    [income] applicant.income at least floor  cites guide "1"
    [grown] submitted_on on or after adult  cites guide "1"
    [worked] months of j in applicant.jobs such that (always) at least 6 months  cites guide "1"
"""
CHILD = '    [child] some c in applicant.children such that c.age less than 3  cites guide "1"\n'
UNDATED = BOOK.replace(" by approved_on", "").replace("from 2024-01-01 HK$5", "value HK$5")


def found(text: str) -> list[tuple[str, str]]:
    """The code of each finding, and the words it is about."""
    return [
        (d.code, text[d.primary.place.start : d.primary.place.end])
        for d in compile_book_files({"book.rules": text}).diagnostics
    ]


def test_what_no_condition_reads_is_found_where_it_is_declared() -> None:
    assert found(BOOK) == [("A421", "children"), ("A421", "age")]


def test_what_is_read_in_any_way_is_not() -> None:
    # a limit by its date, a value with a name, both ends of a spell, elements of a list; a text can only be shown
    assert found(BOOK + CHILD) == []


def test_a_given_that_nothing_reads_is_found_as_well() -> None:
    assert found(UNDATED + CHILD)[0] == ("A421", "approved_on")


def test_an_invariant_reads() -> None:
    text = UNDATED + CHILD + "invariant submitted_on on or before approved_on\n"
    assert found(text) == []


def test_what_is_paid_out_or_asked_for_reads() -> None:
    wanted = '  wanted : months  en "stay wanted"  zh "所求逗留期"\nentity child'
    text = BOOK.replace("entity child", wanted) + CHILD
    assert found(text) == [("A421", "wanted")]
    assert found(text + '  grants stay applicant.wanted  cites guide "1"\n') == []


def test_a_book_without_categories_is_only_a_vocabulary() -> None:
    assert found(BOOK[: BOOK.index("parameter floor")]) == [("A414", "source guide")]


def test_a_day_of_filing_by_another_name() -> None:
    text = BOOK.replace("submitted_on", "filed_on") + CHILD
    assert found(text) == [("A420", "filed_on")]


def test_a_book_may_have_no_day_of_filing() -> None:
    text = BOOK.replace("given submitted_on : date default today", "given today : date").replace(
        "submitted_on", "today"
    )
    assert found(text + CHILD) == []
