/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/answers.h"

enum { WORDS = 24, NONE = -1 };

/* A resource that is a command: its words, then the parameters that are options, then those that are arguments. */
static const struct answer_line {
	const char *words[3];
	int arguments[3]; /* enum rep_query_key, NONE at the end */
	bool by;	  /* it writes down who did it */
} lines[REP_RESOURCE_N] = {
	[REP_RESOURCE_STATUS] = { { "status" }, { NONE } },
	[REP_RESOURCE_WHY] = { { "why" }, { REP_QUERY_SUBJECT, NONE } },
	[REP_RESOURCE_OPTIONS] = { { "options" }, { REP_QUERY_PROVIDER, NONE } },
	[REP_RESOURCE_EXPLAIN] = { { "explain" }, { REP_QUERY_TOPIC, NONE } },
	[REP_RESOURCE_TREND] = { { "trend" }, { REP_QUERY_OF, NONE } },
	[REP_RESOURCE_COMPLAINTS] = { { "complaints" }, { NONE } },
	[REP_RESOURCE_QUEUE] = { { "queue" }, { NONE } },
	[REP_RESOURCE_ALERTS] = { { "alert", "list" }, { NONE } },
	[REP_RESOURCE_DMARC_REPORT] = { { "dmarc", "report" }, { REP_QUERY_DOMAIN, NONE } },
	[REP_RESOURCE_DMARC_PATH] = { { "dmarc", "path" }, { REP_QUERY_DOMAIN, NONE } },
	[REP_RESOURCE_TLS_REPORT] = { { "tls", "report" }, { REP_QUERY_DOMAIN, NONE } },
	[REP_RESOURCE_QUARANTINE] = { { "quarantine", "list" }, { NONE } },
	[REP_RESOURCE_CONFIG] = { { "config", "dump" }, { NONE } },
	[REP_RESOURCE_TRACE] = { { "trace" }, { REP_QUERY_SUBJECT, NONE } },
	[REP_RESOURCE_ACK] = { { "alert", "ack" }, { REP_QUERY_ALERT, NONE }, true },
	[REP_RESOURCE_SNOOZE] = { { "alert", "snooze" }, { REP_QUERY_ALERT, REP_QUERY_FOR, NONE },
	    true },
	[REP_RESOURCE_NOTE] = { { "note" }, { REP_QUERY_INCIDENT, REP_QUERY_TEXT, NONE }, true },
	[REP_RESOURCE_CHECK] = { { "check" }, { REP_QUERY_DOMAIN, NONE } },
};

/* Parameters that are options of the commands. */
static const struct {
	enum rep_query_key param;
	const char *option;
	bool value;
} options[] = {
	{ REP_QUERY_ALL, "--all", false },
	{ REP_QUERY_TRACE, "--trace", false },
	{ REP_QUERY_SINCE, "--since", true },
	{ REP_QUERY_IP, "--ip", true },
};

int
rep_answer(const struct rep_cli *like, enum rep_resource r, const struct rep_params *p)
{
	const struct answer_line *l = &lines[r];
	struct rep_arena *a = like->arena;
	const char *words[WORDS];
	size_t n = 0;

	if (rep_answers_data_has(r))
		return rep_cli_answer(like, r, p);
	if (l->words[0] == NULL) {
		rep_cli_say("this reputed cannot answer that");
		return REP_EXIT_FAILED;
	}
	for (size_t i = 0; i < REP_COUNT(l->words) && l->words[i] != NULL; i++)
		words[n++] = l->words[i];
	words[n++] = "--json";
	for (size_t i = 0; i < REP_COUNT(options); i++)
		if (p->v[options[i].param].p != NULL) {
			words[n++] = options[i].option;
			if (options[i].value)
				words[n++] = rep_arena_dup(a, p->v[options[i].param]).p;
		}
	/* A step that is not done is one that was taken back. */
	if (p->v[REP_QUERY_STEP].p != NULL) {
		words[n++] = p->v[REP_QUERY_DONE].p != NULL ? "--done" : "--undone";
		words[n++] = rep_arena_dup(a, p->v[REP_QUERY_STEP]).p;
	}
	if (l->by && p->v[REP_QUERY_WHO].n > 0) {
		words[n++] = "--by";
		words[n++] = rep_arena_dup(a, p->v[REP_QUERY_WHO]).p;
	}
	words[n++] = "--";
	for (size_t i = 0; l->arguments[i] != NONE; i++)
		if (p->v[l->arguments[i]].p != NULL)
			words[n++] = rep_arena_dup(a, p->v[l->arguments[i]]).p;
	return rep_cli_line(like, n, words);
}
