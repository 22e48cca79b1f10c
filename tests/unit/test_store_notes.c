/*
 * unit/test_store_notes.c -- one failure reported in several ways; complaints; both back ends.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "store/store.h"
#include "tap.h"

#include <stdlib.h>

static const struct rep_key secret = { { 3 } };

static struct rep_fact
failure(bool document, const char *queue_id, const char *message_id, int64_t at_s)
{
	return (struct rep_fact){ .at_s = at_s,
		.log_host = document ? REP_S("mx1.shop.example") : REP_S("mx1"),
		.label = document ? REP_S("bounces") : REP_S("mx1/postfix"),
		.queue_id = rep_str_c(queue_id),
		.message_id = rep_str_c(message_id),
		.recipient = REP_S("jo@example.com"),
		.recipient_domain = REP_S("example.com"),
		.provider = REP_S("other"),
		.status = REP_STATUS_BOUNCED,
		.class = REP_CLASS_RECIPIENT,
		.document = document,
		.code = 550,
		.delay_s = -1 };
}

struct told {
	bool document;
	const char *queue_id, *message_id;
	int64_t after_s;
	bool fresh;
};

/* Each row is given to a new store, in order. */
static const struct {
	const char *name;
	struct told v[4];
} stories[] = {
	{ "a bounce after the line: the queue id",
	    { { false, "4F1", "", 0, true }, { true, "4F1", "", 2, false } } },
	{ "a line after the bounce: the queue id",
	    { { true, "4F1", "", 2, true }, { false, "4F1", "", 0, false } } },
	{ "an event after the line: the Message-ID, with and without brackets",
	    { { false, "4F1", "<1@shop.example>", 0, true },
		{ true, "0100-1", "1@shop.example", 90000, false } } },
	{ "three ways",
	    { { true, "0100-1", "<1@shop.example>", 5, true },
		{ true, "4F1", "<1@shop.example>", 2, false },
		{ false, "4F1", "<1@shop.example>", 0, false } } },
	{ "a bounce without ids: recipient, code and time",
	    { { false, "4F1", "<1@shop.example>", 0, true }, { true, "", "", 200, false } } },
	{ "a bounce without ids, an hour later, is another",
	    { { false, "4F1", "<1@shop.example>", 0, true }, { true, "", "", 3600, true } } },
	{ "two lines of two messages are two",
	    { { false, "4F1", "<1@shop.example>", 0, true },
		{ false, "4F2", "<1@shop.example>", 1, true } } },
	{ "two bounces of two messages are two",
	    { { true, "4F1", "<1@shop.example>", 0, true },
		{ true, "4F2", "<2@shop.example>", 1, true } } },
};

static void
joined(const char *backend, struct rep_store *(*open_one)(size_t))
{
	for (size_t i = 0; i < REP_COUNT(stories); i++) {
		struct rep_store *s = open_one(i);
		struct rep_err err = { .msg = "" };
		bool right = s != NULL && rep_store_begin(s, &err) == REP_OK;

		for (size_t k = 0; k < REP_COUNT(stories[i].v) && stories[i].v[k].queue_id != NULL;
		     k++) {
			const struct told *t = &stories[i].v[k];
			struct rep_fact f = failure(
			    t->document, t->queue_id, t->message_id, 1793688131 + t->after_s);
			bool fresh = false;

			right = right && rep_store_add(s, &f, &fresh, &err) == REP_OK &&
			    fresh == t->fresh;
		}
		ok(right, "%s: %s", backend, stories[i].name);
		rep_store_close(s);
	}
}

static void
complaints(const char *backend, struct rep_store *s)
{
	struct rep_complaint c = { .at_s = 1793688131, .count = 1, .matched = true }, *v = NULL;
	struct rep_complaint_names n = { .provider = REP_S("yahoo"),
		.stream = REP_S("shop.example/news"),
		.domain = REP_S("shop.example"),
		.reporter = REP_S("yahoo.com"),
		.message_id = REP_S("<1@shop.example>"),
		.recipient = REP_S("jo@yahoo.com") };
	struct rep_err err = { .msg = "" };
	struct rep_names names;
	bool fresh = false;
	size_t many = 0;

	ok(s != NULL && rep_store_begin(s, &err) == REP_OK &&
		rep_store_complaint(s, &c, &n, &fresh, &err) == REP_OK && fresh,
	    "%s: a complaint is new", backend);
	c.at_s += 5000;
	ok(rep_store_complaint(s, &c, &n, &fresh, &err) == REP_OK && !fresh,
	    "%s: told again it is known, whenever it was sent", backend);
	n.recipient = REP_S("al@yahoo.com");
	ok(rep_store_complaint(s, &c, &n, &fresh, &err) == REP_OK && fresh,
	    "%s: of somebody else it is another", backend);
	ok(rep_store_commit(s, &err) == REP_OK &&
		rep_store_complaints(s, 0, INT64_MAX / 2, &v, &many, &err) == REP_OK && many == 2,
	    "%s: two are kept", backend);
	names = rep_store_names(s);
	if (many == 2) {
		is_str(rep_name(&names, v[0].provider), "yahoo", "%s: its provider", backend);
		is_str(
		    rep_name(&names, v[0].stream), "shop.example/news", "%s: its stream", backend);
		ok(v[0].at_s < v[1].at_s && v[0].matched && v[0].count == 1,
		    "%s: oldest first, as it was", backend);
	}
	free(v);
	ok(rep_store_complaints(s, 0, 1793688131, &v, &many, &err) == REP_OK && many == 0,
	    "%s: none before it", backend);
	free(v);
	rep_store_close(s);
}

/* Adds a delivery with a Message-ID at a time. The stream shows which delivery was found. */
static void
deliver(struct rep_store *s, const char *message_id, const char *stream, enum rep_status status,
    int64_t at_s)
{
	struct rep_fact f = failure(false, "4F1", message_id, at_s);
	struct rep_err err = { .msg = "" };

	f.stream = rep_str_c(stream);
	f.provider = REP_S("yahoo");
	f.status = status;
	f.class = status == REP_STATUS_SENT ? REP_CLASS_ACCEPTED : REP_CLASS_RECIPIENT;
	ok(rep_store_add(s, &f, NULL, &err) == REP_OK, "a delivery of %s %s", message_id, err.msg);
}

static void
messages(const char *backend, struct rep_store *s, bool facts)
{
	enum { T = 1793688131 };
	struct rep_traced v[] = { { .id = REP_S("<2@shop.example>") },
		{ .id = REP_S("2@shop.example") }, { .id = REP_S("<no@shop.example>") },
		{ .id = REP_S("") }, { .id = REP_S("<3@shop.example>") },
		{ .id = REP_S(" <4@shop.example> ") } };
	struct rep_traced_span span = { 0 };
	struct rep_err err = { .msg = "" };
	struct rep_names names;

	if (s == NULL || rep_store_begin(s, &err) != REP_OK) {
		ok(false, "%s: a store", backend);
		return;
	}
	deliver(s, "<1@shop.example>", "shop.example/news", REP_STATUS_SENT, T);
	deliver(s, "<2@shop.example>", "shop.example/bills", REP_STATUS_SENT, T + 60);
	deliver(s, "<3@shop.example>", "shop.example/news", REP_STATUS_BOUNCED, T + 120);
	deliver(s, "4@shop.example", "shop.example/events", REP_STATUS_SENT, T + 180);
	deliver(s, "", "shop.example/none", REP_STATUS_SENT, T + 240);
	ok(rep_store_message(s, v, REP_COUNT(v), &span, &err) == REP_OK, "%s: asked", backend);
	names = rep_store_names(s);
	if (!facts) {
		ok(!v[0].found && !v[5].found && span.first_s == 0 && span.last_s == 0,
		    "%s: without facts nothing is found, and the span says so", backend);
		rep_store_close(s);
		return;
	}
	ok(v[0].found && v[0].at_s == T + 60, "%s: found, with its time", backend);
	is_str(rep_name(&names, v[0].stream), "shop.example/bills", "%s: its stream", backend);
	is_str(rep_name(&names, v[0].label), "mx1/postfix", "%s: its label", backend);
	is_str(rep_name(&names, v[0].provider), "yahoo", "%s: its provider", backend);
	ok(v[1].found && v[1].stream == v[0].stream, "%s: without brackets too", backend);
	ok(v[5].found && v[5].at_s == T + 180, "%s: where the fact has none as well", backend);
	ok(!v[2].found && !v[3].found, "%s: an unknown one and an empty one are not", backend);
	ok(!v[4].found, "%s: what bounced was not delivered", backend);
	ok(span.first_s == T && span.last_s == T + 180, "%s: how far they reach", backend);
	ok(rep_store_commit(s, &err) == REP_OK &&
		rep_store_message(s, v, 1, &span, &err) == REP_OK && v[0].found,
	    "%s: outside a transaction too", backend);
	ok(rep_store_message(s, v, 0, &span, &err) == REP_OK && span.first_s == 0,
	    "%s: nothing asked, nothing gone through", backend);
	rep_store_close(s);
}

static const struct rep_handed *
row_of(struct rep_store *s, const char *who, size_t *rows)
{
	const struct rep_handed *v = NULL;

	if (rep_store_handed(s, &v, rows, NULL) != REP_OK)
		return NULL;
	for (size_t i = 0; i < *rows; i++)
		if (rep_str_eq(v[i].who, rep_str_c(who)))
			return &v[i];
	return NULL;
}

static bool
hand_in(struct rep_store *s, const char *who, unsigned n, int64_t at_s)
{
	struct rep_fact f = failure(false, "", "", at_s);
	char id[24];

	snprintf(id, sizeof id, "%u", n);
	f.queue_id = rep_str_c(id);
	f.status = REP_STATUS_SENT;
	f.class = REP_CLASS_ACCEPTED;
	f.who = rep_str_c(who);
	return rep_store_add(s, &f, NULL, NULL) == REP_OK;
}

static void
handed(const char *backend, struct rep_store *s)
{
	enum { LOGINS = 700, T0 = 1793664000, HOUR = 3600, DAY = 86400 };
	const struct rep_handed *jo, *others;
	char who[40];
	size_t rows = 0;
	uint64_t facts;
	bool held = rep_store_begin(s, NULL) == REP_OK;

	for (unsigned i = 0; i < 3; i++)
		held = held && hand_in(s, "login jo@shop.example", i, T0 + i * 1800);
	held = held && hand_in(s, "login jo@shop.example", 0, T0);
	jo = row_of(s, "login jo@shop.example", &rows);
	ok(held && rows == 1 && jo != NULL && rep_str_eq(jo->host, REP_S("mx1")) &&
		jo->hours_n == 2 && jo->hours[0].from_s == T0 && jo->hours[0].n == 2 &&
		jo->hours[1].from_s == T0 + HOUR && jo->hours[1].n == 1,
	    "%s: by host, name and hour, each fact once", backend);
	for (unsigned i = 0; i < LOGINS; i++) {
		snprintf(who, sizeof who, "login u%u", i);
		held = held && hand_in(s, who, 100 + i, T0 + DAY);
	}
	others = row_of(s, "", &rows);
	ok(held && rows == 601 && others != NULL && others->hours[0].n == LOGINS - 599,
	    "%s: names beyond the places are one", backend);
	held = hand_in(s, "login late", 1, T0 + 5 * DAY) && rep_store_commit(s, NULL) == REP_OK;
	ok(held && row_of(s, "login late", &rows) != NULL &&
		row_of(s, "login jo@shop.example", &rows) == NULL,
	    "%s: who was idle for longest makes room", backend);
	ok(rep_store_forget(s, REP_S("LATE@shop.example"), &facts, NULL) == REP_OK &&
		row_of(s, "login late", &rows) == NULL,
	    "%s: forget takes the local part for the login, too", backend);
	ok(rep_store_begin(s, NULL) == REP_OK &&
		rep_store_prune(s, T0 + 30 * (int64_t)DAY, NULL) == REP_OK &&
		rep_store_commit(s, NULL) == REP_OK && row_of(s, "", &rows) == NULL && rows == 0,
	    "%s: what is too old goes", backend);
	rep_store_close(s);
}

static char folder[] = "/tmp/test_store_notes.XXXXXX";

static struct rep_store *
in_memory(size_t i)
{
	struct rep_store *s = NULL;

	(void)i;
	return rep_store_open_memory(0, &secret, &s, NULL) == REP_OK ? s : NULL;
}

static struct rep_store *
in_file(size_t i)
{
	struct rep_store *s = NULL;
	char path[100];

	snprintf(path, sizeof path, "%s/%zu.db", folder, i);
	return rep_store_open(path, REP_STORE_CREATE, &secret, &s, NULL) == REP_OK ? s : NULL;
}

static struct rep_store *
rollups_only(void)
{
	struct rep_store *s = NULL;

	return rep_store_open_memory(REP_STORE_ROLLUPS_ONLY, &secret, &s, NULL) == REP_OK ? s
											  : NULL;
}

/* --- what persons noted ---------------------------------------------------------------------------- */

static bool
note(struct rep_store *s, int64_t incident, enum rep_noted_act act, const char *step,
    const char *text, struct rep_err *err)
{
	struct rep_noted x = { .at_s = 1793688131,
		.incident = incident,
		.act = act,
		.who = REP_S("anna"),
		.step = rep_str_c(step),
		.text = rep_str_c(text) };

	return rep_store_noted_put(s, &x, err) == REP_OK && x.n > 0;
}

static struct rep_noted *
noted_at(struct rep_store *s, int64_t incident, struct rep_arena *a, size_t at, size_t *n)
{
	static struct rep_noted none;
	struct rep_noted *v = NULL;

	*n = 0;
	if (rep_store_noted(s, incident, a, &v, n, NULL) != REP_OK || at >= *n)
		return &none;
	return &v[at];
}

static void
noted(const char *backend, struct rep_store *s)
{
	struct rep_arena *a = rep_arena_new(1 << 20);
	struct rep_err err = { .msg = "" };
	char text[REP_NOTED_TEXT_MAX + 2];
	uint64_t facts = 0;
	size_t n;

	memset(text, 'x', sizeof text - 1);
	text[sizeof text - 1] = '\0';
	ok(s != NULL && rep_store_begin(s, &err) == REP_OK &&
		note(s, 7, REP_NOTED_DONE, "Send the request", "jo@example.com asked", &err),
	    "%s: a note is stored: %s", backend, err.msg);
	ok(note(s, 7, REP_NOTED_UNDONE, "Send the request", "", &err), "%s: another one", backend);
	ok(note(s, 8, REP_NOTED_TEXT, "", "nothing of him", &err), "%s: of another", backend);
	ok(!note(s, 8, REP_NOTED_TEXT, "", text, &err), "%s: a byte too long", backend);
	is_str(
	    rep_str_c(err.msg), "a note of 2001 bytes is longer than 2000", "%s: says so", backend);
	text[REP_NOTED_TEXT_MAX] = '\0';
	ok(note(s, 9, REP_NOTED_TEXT, "", text, &err), "%s: the longest is stored: %s", backend,
	    err.msg);
	ok(rep_store_commit(s, &err) == REP_OK, "%s: the transaction went on", backend);
	is_str(noted_at(s, 7, a, 0, &n)->text, "j***@example.com asked", "%s: masked", backend);
	is_int((int64_t)n, 2, "%s: those of one incident", backend);
	is_int(noted_at(s, 0, a, 1, &n)->act, REP_NOTED_UNDONE, "%s: by number", backend);
	is_int((int64_t)n, 4, "%s: all of them", backend);
	is_int((int64_t)noted_at(s, 0, a, 3, &n)->text.n, REP_NOTED_TEXT_MAX, "%s: whole", backend);
	ok(rep_store_begin(s, &err) == REP_OK, "%s: again", backend);
	ok(note(s, 10, REP_NOTED_TEXT, "", "taken back", &err), "%s: one more", backend);
	rep_store_rollback(s);
	(void)noted_at(s, 0, a, 0, &n);
	is_int((int64_t)n, 4, "%s: what is rolled back is not there", backend);
	ok(rep_store_forget(s, REP_S("jo@example.com"), &facts, &err) == REP_OK, "%s: forget: %s",
	    backend, err.msg);
	is_str(
	    noted_at(s, 7, a, 0, &n)->text, "[forgotten]", "%s: what names him is gone", backend);
	is_str(noted_at(s, 7, a, 0, &n)->step, "Send the request", "%s: the step stays", backend);
	is_str(noted_at(s, 8, a, 0, &n)->text, "nothing of him", "%s: so does the rest", backend);
	ok(rep_store_forget(s, REP_S("anna@shop.example"), &facts, &err) == REP_OK,
	    "%s: forget a login", backend);
	is_str(noted_at(s, 8, a, 0, &n)->who, "[forgotten]", "%s: the login is gone", backend);
	rep_arena_free(a);
	rep_store_close(s);
}

static void
same_steps(void)
{
	static const struct {
		const char *a, *b;
		bool same;
	} rows[] = {
		{ "Hold 2,310 messages", "hold 12 messages", true },
		{ "Hold 2.5 % of it", "Hold 30 % of it", true },
		{ "Hold mail.", "Hold mail", false },
		{ "Wait 3 days", "Wait some days", false },
		{ "Wait 3", "Wait ", false },
		{ "", "", true },
	};

	for (size_t i = 0; i < REP_COUNT(rows); i++)
		is_int(rep_noted_same_step(rep_str_c(rows[i].a), rep_str_c(rows[i].b)),
		    rows[i].same, "steps: \"%s\" and \"%s\"", rows[i].a, rows[i].b);
}

int
main(void)
{
	char command[120];

	if (mkdtemp(folder) == NULL)
		return 1;
	joined("memory", in_memory);
	joined("file", in_file);
	complaints("memory", in_memory(99));
	complaints("file", in_file(99));
	messages("memory", in_memory(100), true);
	messages("file", in_file(100), true);
	handed("memory", in_memory(101));
	handed("file", in_file(101));
	noted("memory", in_memory(102));
	noted("file", in_file(102));
	same_steps();
	messages("rollups only", rollups_only(), false);
	snprintf(command, sizeof command, "rm -rf %s", folder);
	return system(command) != 0 ? 1 : done();
}
