/*
 * tests/fuzz/fuzz_mcp.c -- lines that an assistant sends, and answers of commands that are sent back.
 *
 * Each line of the input is one of a session. After the first byte 0 the rest is the answer of a command, and what it says
 * beside it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "fuzz.h"

#include "web/mcp.h"

#include <jansson.h>

/* What is written is nothing, or whole messages: JSON of one line each, an object that says its id. */
static size_t
messages(struct rep_str out)
{
	size_t n = 0;

	while (out.n > 0) {
		size_t nl = rep_str_chr(out, '\n', 0);
		json_t *root;

		MUST(nl != SIZE_MAX && nl > 0);
		root = json_loadb(out.p, nl, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, NULL);
		MUST(json_is_object(root));
		MUST(strcmp(json_string_value(json_object_get(root, "jsonrpc")), "2.0") == 0);
		MUST(json_object_get(root, "id") != NULL);
		MUST((json_object_get(root, "result") != NULL) !=
		    (json_object_get(root, "error") != NULL));
		json_decref(root);
		out = rep_str_sub(out, nl + 1, out.n);
		n++;
	}
	return n;
}

static void
hear(struct rep_mcp *m, struct rep_str line, struct rep_buf *out)
{
	static struct rep_arena *a;
	bool begun = m->begun;
	struct rep_mcp_ask ask;

	if (a == NULL)
		a = rep_arena_new(4 << 20);
	MUST(a != NULL);
	rep_arena_reset(a);
	rep_buf_clear(out);
	rep_mcp_hear(m, line, a, &ask, out);
	MUST(!out->full);
	MUST(messages(rep_buf_str(out)) <= 1);
	MUST(ask.what == REP_MCP_NOTHING || out->n == 0);
	MUST(m->begun >= begun);
	if (ask.what != REP_MCP_NOTHING) {
		MUST(ask.id.n > 0 && ask.id.n <= REP_MCP_ID_MAX);
		fuzz_touch(ask.id);
	}
	if (ask.what == REP_MCP_CALL) {
		struct rep_err err;

		MUST(m->begun && ask.tool < rep_mcp_tools_n);
		MUST(rep_resource_complete(rep_mcp_tools[ask.tool].resource, &ask.params, &err) ==
		    REP_OK);
		for (int q = 0; q < REP_QUERY_N; q++) {
			MUST(ask.params.v[q].p == NULL ||
			    (ask.params.v[q].n > 0 && ask.params.v[q].n <= REP_QUERY_MAX &&
				ask.params.v[q].p[0] != '-' &&
				ask.params.v[q].p[ask.params.v[q].n] == '\0'));
			fuzz_touch(ask.params.v[q]);
		}
		rep_mcp_failed(out, ask.id, "title", line, "do");
		MUST(messages(rep_buf_str(out)) == 1);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct rep_str all = { (const char *)data, size };
	size_t nul = rep_str_chr(all, '\0', 0);
	struct rep_str lines = rep_str_sub(all, 0, nul), rest = rep_str_sub(all, nul, all.n);
	struct rep_mcp m = { .begun = false };
	struct rep_buf out;

	rep_buf_init(&out, REP_MCP_MESSAGE_MAX);
	while (lines.n > 0) {
		size_t nl = rep_str_chr(lines, '\n', 0);

		hear(&m, rep_str_sub(lines, 0, nl), &out);
		lines = nl == SIZE_MAX ? (struct rep_str){ "", 0 }
				       : rep_str_sub(lines, nl + 1, lines.n);
	}
	if (rest.n > 0) {
		struct rep_str json, said;
		size_t end;

		rest = rep_str_sub(rest, 1, rest.n);
		end = rep_str_chr(rest, '\0', 0);
		json = rep_str_sub(rest, 0, end);
		said = end == SIZE_MAX ? (struct rep_str){ "", 0 }
				       : rep_str_sub(rest, end + 1, rest.n);
		rep_buf_clear(&out);
		if (rep_mcp_answer(&out, REP_S("1"), json, said))
			MUST(messages(rep_buf_str(&out)) == 1);
		else
			MUST(out.n == 0);
	}
	rep_buf_fini(&out);
	return 0;
}
