"""Who is told, and who is not; who reads what, who never does, and how long is it kept?"""

from __future__ import annotations

from collections.abc import Iterator

from engine.definition import Definition, DocumentDef
from engine.saying import said
from workflows.checks.asked import written_in
from workflows.problems import quoted
from workflows.reading.words import Fact, facts, folded, members, texts, without


def told(definition: Definition) -> Iterator[Fact]:
    """Each notice, with those whom it does not reach."""
    for notice in definition.notices.values():
        to = (*notice.to, *notice.cc)
        parts = [said("goes to {to} at {when:or}", to=folded(definition, to), when=texts(notice.when))]
        parts += [said("only if {lines:and}", lines=texts(notice.condition))] if notice.condition else []
        parts += [said("asks for {tasks:and}", tasks=quoted(notice.asks))] if notice.asks else []
        parts += [said("invites to `{day}`", day=notice.invite)] if notice.invite is not None else []
        never = without(definition, members(definition, to))
        parts += [said("not to {never}", never=never)] if never else []
        yield from facts(("notice", notice.name), parts)


def readers(definition: Definition) -> Iterator[Fact]:
    """Each document, with those who never read it; whoever has answered reads their own answer."""
    for document in definition.documents.values():
        yield from facts(("document", document.name), _who_reads(definition, document))


def _who_reads(definition: Definition, document: DocumentDef) -> Iterator[str]:
    seen = {name: lines for name, lines in document.see.items() if lines is not False}
    always = quoted(name for name, lines in seen.items() if lines is True)
    if always:
        yield said("is read by {readers}", readers=always)
    for name, lines in seen.items():
        if isinstance(lines, tuple):
            yield said("by `{reader}` if {lines:and}", reader=name, lines=texts(lines))
    reached = members(definition, seen)
    tasks = written_in(definition, document)
    authors = {doer for task in tasks for doer in members(definition, (*task.performers, *task.each))}
    own = [name for name in (*definition.roles, *definition.seats) if name in authors - reached]
    if own and any(task.each for task in tasks):
        yield said("of what others answered never by {never}", never=folded(definition, own))
    never = without(definition, reached | authors)
    if never:
        yield said("never by {never}", never=never)
    if document.publish is not None:
        yield said("by everybody from {when:or} on", when=texts(document.publish.when))
        if document.publish.condition:
            yield said("only if {lines:and}", lines=texts(document.publish.condition))
        if document.publish.without:
            yield said("then without {fields:and}", fields=quoted(document.publish.without))
    if document.keep is not None:
        yield said("is kept `{keep}`", keep=document.keep)
