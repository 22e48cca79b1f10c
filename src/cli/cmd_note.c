/*
 * reputed note: what a person did about an incident: a step of its checklist, or words; and what was noted.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cli/note.h"
#include "cli/control_work.h"
#include "api/notes.h"

#include <stdio.h>

/* The words after the number, with a blank between two. */
static struct rep_str
words(const struct rep_cli *c)
{
	struct rep_buf b;

	rep_buf_init(&b, 1 << 16);
	for (size_t i = 1; i < c->args_n; i++) {
		if (i > 1)
			rep_buf_addc(&b, ' ');
		rep_buf_add(&b, rep_str_c(c->args[i]));
	}
	return rep_arena_take(c->arena, &b);
}

/* False: the line makes no sense (printed). */
static bool
read_line(const struct rep_cli *c, struct rep_noted *x)
{
	const char *step = c->done != NULL ? c->done : c->undone;
	struct rep_str number = rep_str_c(c->args[0]);
	uint64_t n;

	if (!rep_str_u64(number, INT64_MAX, &n) || n == 0) {
		rep_cli_say(
		    "\"%s\" is not the number of an incident; reputed why shows it", c->args[0]);
		return false;
	}
	if (c->done != NULL && c->undone != NULL) {
		rep_cli_say("use --done or --undone, not both");
		return false;
	}
	if (c->by != NULL && c->task != NULL && !c->task->owner) {
		rep_cli_say("--by: only root and the owner of the database may say who it was");
		return false;
	}
	*x = (struct rep_noted){ .at_s = c->session.clock_s,
		.incident = (int64_t)n,
		.act = c->done != NULL	? REP_NOTED_DONE
		    : c->undone != NULL ? REP_NOTED_UNDONE
					: REP_NOTED_TEXT,
		.who = rep_note_who(c),
		.step = rep_str_c(step),
		.text = rep_str_trim(words(c)) };
	if (step == NULL && x->text.n == 0) {
		rep_cli_say("what was done? Such as: reputed note %s --done 2, or reputed note %s "
			    "\"sent the form\"",
		    c->args[0], c->args[0]);
		return false;
	}
	return true;
}

/* --- showing ------------------------------------------------------------------------------------------ */

static void
show_one(struct rep_buf *b, const struct rep_noted *x, struct rep_arena *a)
{
	static const char *const did[REP_NOTED_N] = { [REP_NOTED_DONE] = "did",
		[REP_NOTED_UNDONE] = "took back",
		[REP_NOTED_TEXT] = "noted",
		[REP_NOTED_ACK] = "acknowledged alert",
		[REP_NOTED_SNOOZE] = "snoozed alert" };
	char when[48];
	struct rep_str of = x->alert != 0
	    ? rep_arena_printf(a, " %llu", (unsigned long long)x->alert)
	    : rep_arena_printf(a, ", incident %lld", (long long)x->incident);

	rep_out_wrap(b,
	    rep_arena_printf(a, "%s  %.*s %s%.*s%s%.*s%s%.*s", rep_when(x->at_s, when),
		REP_PR(x->who), did[x->act], REP_PR(of), x->step.n > 0 ? ": " : "", REP_PR(x->step),
		x->text.n > 0 ? ": " : "", REP_PR(x->text)),
	    0, 2);
	rep_buf_addc(b, '\n');
}

static enum rep_rc
show(struct rep_cli *c, struct rep_buf *b, struct rep_store *store, uint64_t incident,
    struct rep_err *err)
{
	struct rep_api_world w = { &c->session, store, NULL, NULL, c->arena };
	struct rep_noted_ask ask = { .incident = incident };
	struct rep_noted *v = NULL;
	size_t n = 0;
	enum rep_rc rc;

	if (c->json)
		return rep_noted_json(b, &w, &ask, err);
	if ((rc = rep_store_noted(store, (int64_t)incident, c->arena, &v, &n, err)) != REP_OK)
		return rc;
	if (n == 0)
		rep_buf_add(b, REP_S("Nothing was noted.\n"));
	for (size_t i = n; i > 0; i--)
		show_one(b, &v[i - 1], c->arena);
	return REP_OK;
}

static int
list(struct rep_cli *c, uint64_t incident)
{
	struct rep_store *store = rep_cli_reading(c);
	struct rep_err err;
	struct rep_buf b;

	if (store == NULL)
		return c->worst;
	rep_buf_init(&b, 64 << 20);
	if (show(c, &b, store, incident, &err) != REP_OK)
		rep_cli_fail(c, REP_EXIT_FAILED, &err);
	else if (!rep_out_flush(&b))
		rep_cli_note(c, REP_EXIT_FAILED);
	rep_buf_fini(&b);
	rep_store_close(store);
	return c->worst;
}

static int
write_one(struct rep_cli *c)
{
	struct rep_err err;
	struct rep_noted x;
	enum rep_rc rc;

	if (!read_line(c, &x))
		return REP_EXIT_USAGE;
	if ((rc = rep_note_put(c, &x, &err)) == REP_EUSAGE) {
		rep_cli_say("%s", err.msg);
		return REP_EXIT_USAGE;
	}
	if (rc != REP_OK) {
		rep_cli_say("%s%s", err.msg,
		    rc == REP_ENOTFOUND ? "; nothing was read yet, or name the database with --db"
					: "");
		return REP_EXIT_FAILED;
	}
	if (c->json)
		return list(c, (uint64_t)x.incident);
	printf("Noted, as number %llu, of incident %lld.\n", (unsigned long long)x.n,
	    (long long)x.incident);
	return c->worst;
}

int
rep_cmd_note(struct rep_cli *c)
{
	bool listing = c->args_n > 0 && rep_str_eq(rep_str_c(c->args[0]), REP_S("list"));
	uint64_t incident = 0;

	if (c->args_n == 0 || (listing && c->args_n > 2) ||
	    (listing && c->args_n == 2 &&
		(!rep_str_u64(rep_str_c(c->args[1]), INT64_MAX, &incident) || incident == 0))) {
		rep_cli_say("expected: reputed note INCIDENT [--done STEP|--undone STEP] [TEXT]");
		rep_cli_say("      or: reputed note list [INCIDENT]");
		return REP_EXIT_USAGE;
	}
	return listing ? list(c, incident) : write_one(c);
}
