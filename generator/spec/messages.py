"""Pydantic's findings in the words of the people who write specs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import UnionType
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from generator.source.report import Report, did_you_mean, quoted, shown
from generator.source.yaml import Document, Path
from generator.spec.shape import MAPPING, TEXT, Written
from generator.spec.values import QUOTE_IT

Model = TypeVar("Model", bound=Written)

_KINDS = {
    dict: "a mapping",
    list: "a list",
    str: "text",
    bool: "true or false",
    int: "a number",
    float: "a number",
}


def validated(document: Document, model: type[Model], report: Report) -> Model | None:
    """The document as a model, or None after every finding has been reported."""
    nothing_missing = _report_empty_values(document, report)
    try:
        written = model.model_validate(document.data)
    except ValidationError as error:
        for detail in error.errors(include_url=False):
            _report(document, model, detail, report)
        return None
    return written if nothing_missing else None


def _report_empty_values(document: Document, report: Report) -> bool:
    empty = [path for path in document.scalars if _at(document.data, path) is None]
    for path in empty:
        unset = "has no value; no key of a spec may be empty. Give it one, or remove the key."
        report.error(document, path, unset if path else "the file is empty.")
    return not empty


def _at(data: object, path: Path) -> object:
    value: Any = data
    for part in path:
        value = value[part]
    return value


def _report(document: Document, model: type[Written], detail: ErrorDetails, report: Report) -> None:
    path = _path_in(document, detail["loc"])
    kind, value = detail["type"], detail["input"]
    if kind == "extra_forbidden":
        allowed = _keys_at(model, detail["loc"][:-1])
        hint = did_you_mean(str(path[-1]), allowed)
        message = f"there is no such key; allowed are {quoted(allowed, 'and')}.{hint}"
        report.error(document, path, message, at_key=True)
    elif kind == "missing":
        report.error(document, (*path, str(detail["loc"][-1])), "is missing. Add it.")
    elif value is not None:  # an empty value has been reported already
        at_key = detail["loc"][-1:] == ("[key]",)
        context = detail.get("ctx", {}) | {"either": detail["loc"][-1:] == (MAPPING,)}
        message = _message(kind, value, context)
        if path in document.scalars:  # show a number as it was typed: with its leading zeros
            message = message.replace(QUOTE_IT, f'Put it in quotes: "{document.scalars[path].text}".')
        report.error(document, path, message, at_key=at_key, code=str(context.get("code", "")))


def _path_in(document: Document, location: tuple[int | str, ...]) -> Path:
    """An error's location without pydantic's marks: the longest path of it that the document has."""
    path: Path = ()
    for part in location:
        if (*path, part) in document.values:
            path = (*path, part)
    return path


def _keys_at(model: type[BaseModel], location: tuple[int | str, ...]) -> list[str]:
    """The keys of the model that a location leads to."""
    current: Any = model
    is_name = False  # whether the part is a name that users give, in a mapping of models
    for part in location:
        if isinstance(part, str) and part not in (TEXT, MAPPING) and not is_name:
            current = current.model_fields[part].annotation
            is_name = _is_mapping(current)
        else:
            is_name = False
        current = _model_within(current)
    return [field.alias or name for name, field in current.model_fields.items()]


def _is_mapping(annotation: Any) -> bool:
    """Whether it is a mapping of names to models, and may be None."""
    if get_origin(annotation) is Annotated:
        return _is_mapping(get_args(annotation)[0])
    parts = get_args(annotation) if get_origin(annotation) in (Union, UnionType) else ()
    return get_origin(annotation) is dict or any(map(_is_mapping, parts))


def _model_within(annotation: Any) -> Any:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for each in get_args(annotation) if (found := _model_within(each))), None)


def _message(kind: str, value: object, context: Mapping[str, Any]) -> str:
    if kind in _MESSAGES:
        return _MESSAGES[kind](value, context)
    return f"{shown(value)} is not allowed here."


def _not(expected: str) -> Callable[[object, Mapping[str, Any]], str]:
    def message(value: object, _: Mapping[str, Any]) -> str:
        hint = f" {QUOTE_IT}" if expected == "text" and isinstance(value, bool | int | float) else ""
        return f"{_described(value)} is not allowed; {expected} is.{hint}"

    return message


def _described(value: object) -> str:
    return _KINDS[type(value)] if isinstance(value, dict | list) else shown(value)


def _literal(value: object, context: Mapping[str, Any]) -> str:
    allowed = [word.strip("'") for word in str(context["expected"]).replace(" or ", ", ").split(", ")]
    hint = did_you_mean(str(value), allowed)
    return f"{_described(value)} is not allowed; allowed are {quoted(allowed, 'and')}.{hint}"


def _number(value: object, context: Mapping[str, Any]) -> str:
    if "ge" in context:
        return f"{value} is too small; the least is {context['ge']}."
    return f"{value} is too large; the most is {context['le']}."


def _length(value: object, context: Mapping[str, Any]) -> str:
    if "min_length" in context:
        return f"is empty; at least {context['min_length']} is needed."
    return f"has {context['actual_length']} entries; at most {context['max_length']} are allowed."


_MESSAGES: Mapping[str, Callable[[object, Mapping[str, Any]], str]] = {
    "goldsmith": lambda _, context: str(context["message"]),
    "string_type": _not("text"),
    "int_type": _not("a whole number"),
    "bool_type": _not("true or false"),
    "list_type": _not("a list"),
    "dict_type": _not("a mapping"),
    "model_type": lambda value, context: _not("text or a mapping" if context["either"] else "a mapping")(value, {}),
    "literal_error": _literal,
    "greater_than_equal": _number,
    "less_than_equal": _number,
    "too_short": _length,
    "too_long": _length,
}
