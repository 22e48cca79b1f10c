/* SPDX-License-Identifier: Apache-2.0 */
#include "tap.h"

#include "web/mcp.h"

#define CALL(tool, arguments)                                                                  \
	"{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"tools/call\",\"params\":{\"name\":\"" tool \
	"\",\"arguments\":" arguments "}}"

static const struct {
	const char *name, *line;
	enum rep_mcp_what what;
	const char *says; /* in the answer; NULL: there is none */
} rows[] = {
	{ "a call", CALL("why", "{\"subject\":\"7\",\"all\":true}"), REP_MCP_CALL, NULL },
	{ "a call without arguments",
	    "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"tools/call\",\"params\":{\"name\":\"queue\"}}",
	    REP_MCP_CALL, NULL },
	{ "an empty text is none given", CALL("why", "{\"subject\":\"\"}"), REP_MCP_CALL, NULL },
	{ "what is needed is missing", CALL("trace", "{}"), REP_MCP_NOTHING, "subject is missing" },
	{ "an option", CALL("trace", "{\"subject\":\"--db\"}"), REP_MCP_NOTHING, "-32602" },
	{ "a line end", CALL("trace", "{\"subject\":\"a\\nb\"}"), REP_MCP_NOTHING, "-32602" },
	{ "a tool of nobody", CALL("ack", "{}"), REP_MCP_NOTHING, "Unknown tool" },
	{ "cancelling",
	    "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":{\"requestId\":\"x\"}}",
	    REP_MCP_CANCEL, NULL },
	{ "cancelling nothing", "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\"}",
	    REP_MCP_NOTHING, NULL },
	{ "a blank line", " \t", REP_MCP_NOTHING, NULL },
	{ "an answer", "{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{}}", REP_MCP_NOTHING, NULL },
	{ "a method twice",
	    "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\",\"method\":\"ping\"}",
	    REP_MCP_NOTHING, "-32700" },
};

int
main(void)
{
	struct rep_mcp m = { .begun = true };
	struct rep_mcp_ask ask;
	struct rep_arena *a = rep_arena_new(8 << 20);
	struct rep_buf out;

	rep_buf_init(&out, REP_MCP_MESSAGE_MAX);
	for (size_t i = 0; i < REP_COUNT(rows); i++) {
		rep_buf_clear(&out);
		rep_mcp_hear(&m, rep_str_c(rows[i].line), a, &ask, &out);
		ok(ask.what == rows[i].what &&
			(rows[i].says == NULL ? out.n == 0
					      : rep_str_find(rep_buf_str(&out),
						    rep_str_c(rows[i].says), 0) != SIZE_MAX),
		    "%s", rows[i].name);
	}
	rep_mcp_hear(&m, rep_str_c(rows[0].line), a, &ask, &out);
	ok(rep_str_eq(ask.id, REP_S("7")) &&
		rep_str_eq(ask.params.v[REP_QUERY_SUBJECT], REP_S("7")) &&
		rep_str_eq(ask.params.v[REP_QUERY_ALL], REP_S("1")) &&
		ask.params.v[REP_QUERY_TRACE].p == NULL &&
		rep_mcp_tools[ask.tool].resource == REP_RESOURCE_WHY,
	    "with its id and its arguments");
	rep_buf_clear(&out);
	ok(rep_mcp_answer(&out, REP_S("7"), REP_S("{\"a\":\n1}\n"), REP_S("x")) &&
		rep_str_find(rep_buf_str(&out), REP_S("\"said\":\"x\",\"answer\":{\"a\": 1}}"),
		    0) != SIZE_MAX &&
		rep_str_chr(rep_buf_str(&out), '\n', 0) == out.n - 1,
	    "an answer is one line");
	rep_buf_clear(&out);
	ok(!rep_mcp_answer(&out, REP_S("7"), REP_S("{\"a\":"), REP_S("")) && out.n == 0,
	    "what is no JSON is no answer");
	for (size_t i = 0; i < rep_mcp_tools_n; i++)
		for (size_t k = 0; k < i; k++)
			if (strcmp(rep_mcp_tools[i].name, rep_mcp_tools[k].name) == 0)
				ok(false, "two tools are called %s", rep_mcp_tools[i].name);
	for (size_t i = 0; i < rep_mcp_tools_n; i++)
		ok(rep_resources[rep_mcp_tools[i].resource].scope == REP_MAY_READ ||
			rep_mcp_tools[i].resource == REP_RESOURCE_TRACE,
		    "%s only reads", rep_mcp_tools[i].name);
	rep_buf_fini(&out);
	rep_arena_free(a);
	return done();
}
