# SPDX-License-Identifier: Apache-2.0
"""
util_schema.py -- a small JSON Schema validator (draft 2020-12, the keywords below only).

A keyword that it does not know is an error, never passed over. With `closed`, an object whose
schema names its properties may have no others, unless additionalProperties says so: our own
output must have no key that the schema does not describe, while a schema stays open for those
who read it ("keys may be added").
"""

import re

NOTES = {"$schema", "$id", "$comment", "$defs", "title", "description", "examples"}
KNOWN = {"$ref", "type", "enum", "const", "required", "properties", "additionalProperties",
         "propertyNames", "items", "pattern", "minLength", "minimum", "maximum", "minItems"}


class SchemaError(Exception):
    """The schema itself is no good."""


def is_type(value, name):
    if name == "integer":
        return isinstance(value, int) and not isinstance(value, bool)
    if name == "number":
        return isinstance(value, (int, float)) and not isinstance(value, bool)
    kinds = {"null": type(None), "boolean": bool, "string": str, "array": list, "object": dict}
    if name not in kinds:
        raise SchemaError("no type %r" % (name,))
    return isinstance(value, kinds[name])


def same(a, b):
    """JSON equality: true is not 1."""
    return type(a) is type(b) and a == b


def lookup(root, ref):
    if not ref.startswith("#/"):
        raise SchemaError("only references within the file: %s" % ref)
    at = root
    for part in ref[2:].split("/"):
        at = at[part.replace("~1", "/").replace("~0", "~")]
    return at


def check_schema(schema, where="#"):
    """Raises when any part of a schema uses what this validator does not know."""
    if isinstance(schema, bool):
        return
    for key in schema:
        if key not in NOTES | KNOWN:
            raise SchemaError("%s: keyword %r is not known here" % (where, key))
    for name in schema.get("required", []):
        if name not in schema.get("properties", {}):
            raise SchemaError("%s: %r is required but not described" % (where, name))
    for name, part in list(schema.get("properties", {}).items()) + \
            list(schema.get("$defs", {}).items()):
        check_schema(part, where + "/" + name)
    for key in ("items", "additionalProperties", "propertyNames"):
        if key in schema:
            check_schema(schema[key], where + "/" + key)


def of_object(value, schema, root, where, closed):
    described = schema.get("properties", {})
    found = ["%s: key %r is missing" % (where, k) for k in schema.get("required", [])
             if k not in value]
    others = schema.get("additionalProperties", not (closed and described))
    for key, part in value.items():
        at = "%s.%s" % (where, key)
        if "propertyNames" in schema:
            found += errors(key, schema["propertyNames"], root, at + " (key)", closed)
        if key in described:
            found += errors(part, described[key], root, at, closed)
        elif others is False:
            found.append("%s: key is not described" % at)
        elif others is not True:
            found += errors(part, others, root, at, closed)
    return found


def of_number(value, schema, where):
    found = []
    if "minimum" in schema and value < schema["minimum"]:
        found.append("%s: %r is below %r" % (where, value, schema["minimum"]))
    if "maximum" in schema and value > schema["maximum"]:
        found.append("%s: %r is above %r" % (where, value, schema["maximum"]))
    return found


def of_string(value, schema, where):
    found = []
    if "pattern" in schema and not re.search(schema["pattern"], value):
        found.append("%s: %r does not match %s" % (where, value, schema["pattern"]))
    if len(value) < schema.get("minLength", 0):
        found.append("%s: %r is too short" % (where, value))
    return found


def errors(value, schema, root=None, where="$", closed=False):
    """Sentences on what is wrong with a value; none when it is valid."""
    root = schema if root is None else root
    if isinstance(schema, bool):
        return [] if schema else ["%s: nothing may be here" % where]
    if "$ref" in schema:
        return errors(value, lookup(root, schema["$ref"]), root, where, closed)
    types = schema.get("type")
    types = [types] if isinstance(types, str) else types
    if types is not None and not any(is_type(value, t) for t in types):
        return ["%s: %r is not %s" % (where, value, " or ".join(types))]
    found = []
    if "enum" in schema and not any(same(value, v) for v in schema["enum"]):
        found.append("%s: %r is none of %s" % (where, value, schema["enum"]))
    if "const" in schema and not same(value, schema["const"]):
        found.append("%s: %r is not %r" % (where, value, schema["const"]))
    if isinstance(value, dict):
        found += of_object(value, schema, root, where, closed)
    elif isinstance(value, list):
        if len(value) < schema.get("minItems", 0):
            found.append("%s: only %d items" % (where, len(value)))
        for i, part in enumerate(value):
            if "items" in schema:
                found += errors(part, schema["items"], root, "%s[%d]" % (where, i), closed)
    elif isinstance(value, str):
        found += of_string(value, schema, where)
    elif is_type(value, "number"):
        found += of_number(value, schema, where)
    return found
