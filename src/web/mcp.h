/*
 * web/mcp.h -- the Model Context Protocol, as a server with tools that only read: what an assistant may ask of reputed.
 *
 * Revision 2025-06-18, with its predecessors 2025-03-26 and 2024-11-05: JSON-RPC 2.0, one message a line. Lines in, messages
 * and calls out; who runs a call is cli/cmd_mcp.c. Of 2025-03-26 batches are left out (refused, each with its reason), as
 * 2025-06-18 has none any more. Only tools are offered: no prompts, no resources, no logging.
 *
 * What a tool answers is wrapped in an object that says that texts in it were written by others. Texts of strangers reach an
 * assistant nowhere else: not as names, descriptions or errors of this server.
 *
 * Pure: no clock, no disk. What is in an arena is the caller's until it resets it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_WEB_MCP_H
#define REP_WEB_MCP_H

#include "base/arena.h"
#include "base/buf.h"
#include "web/resource.h"

enum {
	REP_MCP_LINE_MAX = 1 << 20, /* bytes of a message. Judgement: a request has some hundred */
	REP_MCP_DEPTH_MAX = 32,	    /* of arrays and objects in it. A request has five */
	REP_MCP_ID_MAX = 128,	    /* bytes of an id as text */
	REP_MCP_CALLS_MAX =
	    16, /* calls that are not answered yet. Judgement: an assistant waits for its answers */
	REP_MCP_ANSWER_MAX =
	    8 << 20, /* bytes of an answer. Judgement: more than an assistant can read */
	REP_MCP_MESSAGE_MAX =
	    64 << 20 /* of the message it is in: twice, once as text with all its quotes escaped */
};

/* JSON-RPC 2.0, 5.1 */
enum {
	REP_MCP_PARSE = -32700,
	REP_MCP_INVALID = -32600,
	REP_MCP_METHOD = -32601,
	REP_MCP_PARAMS = -32602,
	REP_MCP_BUSY = -32000
};

/* A tool. Its arguments are the parameters of its resource (web/resource.h). */
struct rep_mcp_tool {
	const char *name, *title, *about;
	enum rep_resource resource;
	bool outside; /* it asks others: DNS, lists */
	const char *
	    schema; /* the file of the schema of what it answers, without its ending; NULL: it has several forms */
};
extern const struct rep_mcp_tool rep_mcp_tools[];
extern const size_t rep_mcp_tools_n;

/* The schemas of the answers, compiled in from doc/json. */
struct rep_mcp_schema {
	const char *name, *text;
	size_t n;
};
extern const struct rep_mcp_schema rep_mcp_schemas[];
extern const size_t rep_mcp_schemas_n;

/* Of a session: from the first line to the last. Zero at first. */
struct rep_mcp {
	bool begun; /* initialize was answered */
};

enum rep_mcp_what {
	REP_MCP_NOTHING = 0, /* to do; what is in `out` is to be written */
	REP_MCP_CALL,
	REP_MCP_CANCEL
};

/* What a line asks for. Everything is in the arena. */
struct rep_mcp_ask {
	enum rep_mcp_what what;
	struct rep_str id; /* of CALL, and of the call to cancel: as JSON */
	size_t tool;
	struct rep_params params;
};

/*
 * Hears one line, without its end. What is to be answered at once, or why it is refused, is appended to out, as a line; it may
 * be nothing.
 */
void rep_mcp_hear(struct rep_mcp *m, struct rep_str line, struct rep_arena *a,
    struct rep_mcp_ask *ask, struct rep_buf *out);

/* Refuses a message of which there is no id, such as a line that is too long. */
void rep_mcp_refuse(struct rep_buf *out, struct rep_str id, int code, const char *title,
    const char *why, const char *act);

/*
 * Answers a call. json: one JSON value in UTF-8, as a command prints it. said: sentences of the command beside it; may be empty.
 * False: it is no JSON, or too long, and nothing was appended.
 */
bool rep_mcp_answer(
    struct rep_buf *out, struct rep_str id, struct rep_str json, struct rep_str said) REP_NODISCARD;

/* Answers a call that failed: the tool was there, and could not do it. why may quote strangers. */
void rep_mcp_failed(
    struct rep_buf *out, struct rep_str id, const char *title, struct rep_str why, const char *act);

#endif
