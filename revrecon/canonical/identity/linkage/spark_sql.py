"""Conditions of levels, written for DuckDB, as Spark has them."""

from collections.abc import Iterator

from sqlglot import exp, parse_one

OF_DUCKDB = ("damerau_levenshtein", "jaro_winkler_similarity")
"""Functions of two texts that Spark does not have, and DuckDB works out for it."""


def in_spark_sql(condition: str) -> str:
    """The same condition for Spark: it holds for the same pairs; functions `OF_DUCKDB` by their `name_in_spark`."""
    if condition == "ELSE":
        return condition
    told = parse_one(condition, read="duckdb").transform(_in_spark)
    for asked in list(_asked_of_duckdb(told)):
        _ask_only_where_it_matters(asked)
    return told.sql("spark")


def name_in_spark(function: str) -> str:
    """What a function of DuckDB's is registered as, so that none of the session's own is hidden."""
    return f"revrecon_{function}"


def _in_spark(node: exp.Expr) -> exp.Expr:
    """A node for Spark, where sqlglot's own translation means another thing or nothing there."""
    match node:
        case exp.ArraySize():  # of nothing it is -1 in sessions without ANSI mode
            size = exp.ArraySize(this=node.this.transform(_in_spark))
            return exp.Nullif(this=size, expression=exp.Literal.number(-1))
        case exp.ArrayOverlaps():
            return _call("arrays_overlap", node.this, node.expression)
        case exp.Split():  # at a blank, which is no pattern
            return exp.RegexpSplit(this=node.this, expression=node.expression)
        case exp.JarowinklerSimilarity():
            return _call(name_in_spark("jaro_winkler_similarity"), node.this, node.expression)
        case exp.Anonymous(this="list_intersect"):
            return _call("array_intersect", *node.expressions)
        case exp.Anonymous(this=str(name)) if name in OF_DUCKDB:
            return _call(name_in_spark(name), *node.expressions)
    return node


def _call(function: str, *arguments: exp.Expr) -> exp.Expr:
    return exp.Anonymous(this=function, expressions=[argument.transform(_in_spark) for argument in arguments])


def _asked_of_duckdb(node: exp.Expr) -> Iterator[exp.Anonymous]:
    names = {name_in_spark(function) for function in OF_DUCKDB}
    return (call for call in node.find_all(exp.Anonymous) if call.name in names)


def _ask_only_where_it_matters(call: exp.Anonymous) -> None:
    """Spark works out Python's functions before it looks at any condition: without a text they cost nothing."""
    first, *others = call.expressions
    cheap = [term for term in _terms_before(call) if not any(_asked_of_duckdb(term))]
    if cheap:
        asked = exp.Case(ifs=[exp.If(this=exp.and_(*cheap, wrap=False), true=first)])
        call.set("expressions", [asked, *others])


def _terms_before(node: exp.Expr) -> list[exp.Expr]:
    """What stands to the left of a node under AND: where one of it does not hold, the whole does not."""
    found: list[exp.Expr] = []
    while node.parent is not None:
        above = node.parent
        if isinstance(above, exp.And) and above.expression is node:
            found = [*_terms(above.this), *found]
        node = above
    return [term.copy() for term in found]


def _terms(condition: exp.Expr) -> list[exp.Expr]:
    return list(condition.flatten()) if isinstance(condition, exp.And) else [condition]
