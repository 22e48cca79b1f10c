/*
 * reputed ingest: wires intake to the store.
 *
 * Facts, the position in their input and the open queue ids are committed together, so
 * whenever it is stopped, the next run goes on where the last commit stands.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cli/cli.h"
#include "base/time.h"
#include "engine/wire.h"
#include "engine/documents.h"
#include "engine/inputs.h"
#include "engine/keep.h"
#include "cli/out.h"
#include "cli/report_out.h"
#include "engine/quarantine.h"
#include "engine/verdicts.h"
#include "intake/lines.h"

#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { COMMIT_LINES = 400000, SAY_BAD = 5, STATE_MAX = 256 << 20 };

struct ingest {
	struct rep_cli *c;
	struct rep_know *know;
	struct rep_store *store; /* NULL in a dry run */
	struct rep_key key;
	struct rep_wire wire;
	struct rep_documents *documents;
	struct rep_kept kept; /* of documents */
	struct rep_buf out, state;
	bool print; /* dry run: facts are printed (else only learnt from) */
	uint64_t commit_lines, commits, stop_after;
	int64_t newest_s;
	struct rep_json *summary;
	/* Of the input being read: */
	struct rep_input in;
	uint64_t lines, bad, fresh, known, since_commit;
};

struct source_file {
	const char *path;
	int64_t first_s;
	int order;
	bool document; /* no log: its order does not matter */
};

static bool
sources_valid(struct rep_cli *c)
{
	for (size_t i = 0; i < c->sources_n; i++) {
		struct rep_str name;
		struct rep_ip ip;

		if (!rep_wire_stated(c->sources[i], &name, &ip)) {
			rep_cli_say("--source %s: [LABEL=]IP was expected, as 203.0.113.24 or "
				    "mx1/postfix/out-a=203.0.113.24",
			    c->sources[i]);
			return false;
		}
	}
	return true;
}

/* --- facts ------------------------------------------------------------------------------------ */

static struct rep_str
or_null(struct rep_str s)
{
	return s.n == 0 ? (struct rep_str){ NULL, 0 } : s;
}

static void
print_fact(struct ingest *g, const struct rep_fact *f)
{
	const struct rep_ip *public = rep_sources_public(g->wire.sources, f->label);
	char ip[REP_IP_TEXT], enh[24], when[REP_TIME_TEXT];
	struct rep_json j;

	rep_json_init(&j, &g->out);
	rep_json_obj(&j, NULL);
	rep_json_cstr(&j, "kind", f->status == REP_STATUS_NONE ? "sample" : "delivery");
	rep_json_cstr(&j, "time", rep_time_text(f->at_s, when));
	rep_json_str(
	    &j, "source", public != NULL ? rep_str_c(rep_ip_text(public, ip)) : or_null(f->label));
	rep_json_str(&j, "source_label", or_null(f->label));
	rep_json_str(&j, "route", or_null(f->route));
	rep_json_str(&j, "provider", or_null(f->provider));
	rep_json_str(&j, "provider_domain", or_null(f->provider_domain));
	rep_json_str(&j, "host", or_null(f->host));
	rep_json_cstr(&j, "host_ip", f->host_ip.version != 0 ? rep_ip_text(&f->host_ip, ip) : NULL);
	rep_json_str(&j, "sender_domain", or_null(f->sender_domain));
	rep_json_str(&j, "stream", or_null(f->stream));
	rep_json_str(&j, "recipient", or_null(f->recipient));
	rep_json_str(&j, "recipient_domain", or_null(f->recipient_domain));
	rep_json_cstr(&j, "status", rep_status_word(f->status));
	if (f->code != 0)
		rep_json_int(&j, "code", f->code);
	else
		rep_json_null(&j, "code");
	snprintf(enh, sizeof enh, "%d.%d.%d", f->enh[0], f->enh[1], f->enh[2]);
	rep_json_cstr(&j, "enhanced", f->enh[0] != 0 ? enh : NULL);
	rep_json_cstr(&j, "stage", rep_stage_word(f->stage));
	rep_json_cstr(&j, "class", rep_class_word(f->class));
	rep_json_cstr(&j, "scope", rep_scope_word(f->scope));
	rep_json_str(&j, "rule", or_null(f->rule));
	rep_json_bool(&j, "certain", f->certain);
	rep_json_bool(&j, "evidence", f->evidence);
	rep_json_str(&j, "text", or_null(f->text));
	rep_json_str(&j, "message_id", or_null(f->message_id));
	rep_json_str(&j, "queue_id", or_null(f->queue_id));
	if (f->delay_s >= 0)
		rep_json_real(&j, "delay_s", f->delay_s, 2);
	else
		rep_json_null(&j, "delay_s");
	rep_json_obj(&j, "input");
	rep_json_cstr(&j, "file", f->file);
	rep_json_int(&j, "line", (int64_t)f->line);
	rep_json_end_obj(&j);
	rep_json_end_obj(&j);
	rep_buf_addc(&g->out, '\n');
}

static void
print_fact_text(struct ingest *g, const struct rep_fact *f)
{
	char when[REP_TIME_TEXT];

	rep_buf_printf(&g->out, "%s %.*s %.*s %s %s %.*s <%.*s> %.*s\n",
	    rep_time_text(f->at_s, when), REP_PR(f->label), REP_PR(f->provider),
	    f->status == REP_STATUS_NONE ? "sample" : rep_status_word(f->status),
	    rep_class_word(f->class), REP_PR(f->rule.n > 0 ? f->rule : REP_S("-")),
	    REP_PR(f->recipient), REP_PR(rep_str_sub(f->text, 0, 200)));
}

static enum rep_rc
on_fact(void *ctx, const struct rep_fact *f, struct rep_err *err)
{
	struct ingest *g = ctx;
	bool fresh;
	enum rep_rc rc;

	if ((rc = rep_wire_fact(&g->wire, f, &fresh, err)) != REP_OK)
		return rc;
	if (g->store == NULL) {
		if (!g->print)
			return REP_OK;
		if (g->c->json)
			print_fact(g, f);
		else
			print_fact_text(g, f);
		if (g->out.n > 1 << 16 && !rep_out_flush(&g->out))
			return rep_fail(err, REP_EIO, "not all facts could be printed");
		g->fresh++;
		return REP_OK;
	}
	if (f->status != REP_STATUS_NONE)
		*(fresh ? &g->fresh : &g->known) += 1;
	return REP_OK;
}

/* --- positions ---------------------------------------------------------------------------------- */

static uint64_t
hash_of(const struct ingest *g, struct rep_str s)
{
	return rep_siphash(&g->key, s);
}

/* The position after the line just read (or before it, when it may still grow). */
static void
note_position(struct ingest *g, const struct rep_lines *lines, const struct rep_line *line)
{
	bool before = line->open && rep_lines_growing(lines);
	struct rep_str tail = rep_lines_tail(lines, REP_LINES_HEAD + (before ? line->s.n : 0));
	struct rep_str head = rep_lines_head(lines);

	if (before) {
		tail.n -= line->s.n < tail.n ? line->s.n : tail.n;
		if (tail.n > REP_LINES_HEAD)
			tail = rep_str_sub(tail, tail.n - REP_LINES_HEAD, tail.n);
	}
	g->in.offset = line->end - (before ? line->s.n : 0);
	if (tail.n > g->in.offset)
		tail = rep_str_sub(tail, tail.n - (size_t)g->in.offset, tail.n);
	g->in.tail_n = (uint32_t)tail.n;
	g->in.tail = hash_of(g, tail);
	/* The head counts only as far as it was read: the rest may not be written yet. */
	if (head.n > g->in.offset)
		head.n = (size_t)g->in.offset;
	g->in.head_n = (uint32_t)head.n;
	g->in.head = hash_of(g, head);
	g->in.lines = g->lines - (before && g->lines > 0);
	g->in.bad = g->bad;
	g->in.read_s = g->c->session.clock_s;
}

static enum rep_rc
commit(struct ingest *g, const struct rep_lines *lines, const struct rep_line *line,
    struct rep_err *err)
{
	enum rep_rc rc;

	if (g->store == NULL)
		return REP_OK;
	if (line != NULL) {
		note_position(g, lines, line);
		if (g->in.head_n > 0 && (rc = rep_store_input_put(g->store, &g->in, err)) != REP_OK)
			return rc;
	}
	if ((rc = rep_wire_save(&g->wire, &g->state, err)) != REP_OK ||
	    (rc = rep_store_commit(g->store, err)) != REP_OK)
		return rc;
	g->since_commit = 0;
	g->commits++;
	if (g->stop_after != 0 && g->commits >= g->stop_after)
		_exit(70); /* tests only: REPUTED_STOP_AFTER_COMMIT */
	return rep_store_begin(g->store, err);
}

/* Goes on where this input was left, found by its content. */
static enum rep_rc
resume(struct ingest *g, const char *path, struct rep_lines **lines, struct rep_err *err)
{
	struct rep_str head = rep_lines_head(*lines);
	const struct rep_input *v;
	char tail[REP_LINES_HEAD];
	struct rep_input found;
	enum rep_rc rc;
	size_t n, tail_n;

	if (g->store == NULL)
		return REP_OK;
	if ((rc = rep_store_inputs(g->store, &v, &n, err)) != REP_OK)
		return rc;
	for (size_t i = 0; i < n; i++) {
		if (v[i].head_n == 0 || v[i].head_n > head.n ||
		    hash_of(g, rep_str_sub(head, 0, v[i].head_n)) != v[i].head)
			continue;
		found = v[i];
		if (strcmp(path, "-") == 0) { /* cannot go back: every fact is looked up again */
			g->in.id = found.id;
			g->in.first_s = found.first_s;
			g->in.last_s = found.last_s;
			return REP_OK;
		}
		rc = rep_lines_seek(*lines, found.offset, found.lines, tail, &tail_n, err);
		if (rc == REP_OK && tail_n >= found.tail_n &&
		    hash_of(g, (struct rep_str){ tail + tail_n - found.tail_n, found.tail_n }) ==
			found.tail) {
			memcpy(found.name, g->in.name, sizeof found.name);
			g->in = found;
			g->lines = found.lines;
			g->bad = found.bad;
			return REP_OK;
		}
		rep_lines_close(*lines);
		*lines = NULL;
		if ((rc = rep_lines_open(path, lines, err)) != REP_OK)
			return rc;
		head = rep_lines_head(*lines);
		if ((rc = rep_store_inputs(g->store, &v, &n, err)) != REP_OK)
			return rc;
	}
	return REP_OK;
}

/* --- documents ------------------------------------------------------------------------------------ */

static enum rep_rc
on_report(void *ctx, const struct rep_report *p, const struct rep_place *at, struct rep_err *err)
{
	static struct rep_meaning m; /* 20 KB */
	struct ingest *g = ctx;
	enum rep_rc rc;

	rep_meaning_of(g->know, g->wire.streams, p, &m);
	if (g->store != NULL) {
		if ((rc = rep_keep_report(&g->wire, p, &m, &g->kept, err)) != REP_OK)
			return rc;
		if (p->at_s > g->newest_s)
			g->newest_s = p->at_s;
		return ++g->since_commit >= g->commit_lines ? commit(g, NULL, NULL, err) : REP_OK;
	}
	if (g->c->json)
		rep_report_json(&g->out, p, &m, g->wire.sources, at);
	else
		rep_report_text(&g->out, p, &m);
	if (g->out.n > 1 << 16 && !rep_out_flush(&g->out))
		return rep_fail(err, REP_EIO, "not all facts could be printed");
	return REP_OK;
}

/* What came of all documents; nothing when there was none. */
static void
say_documents(struct ingest *g)
{
	struct rep_documents_counts n;
	const struct rep_kept *k = &g->kept;
	char a[32], b[32], c[32], d[32], e[32];

	rep_documents_counts(g->documents, &n);
	if (n.documents == 0)
		return;
	if (k->unmatched > 0)
		rep_cli_say(
		    "%s complaints are about no sending of ours: either the sender's domain and "
		    "address are not known here, or no log has the Message-ID; reputed complaints "
		    "counts them",
		    rep_out_number(k->unmatched, a));
	if (g->c->json)
		return;
	rep_buf_printf(&g->out,
	    "%s documents: %s new bounces, %s new deliveries, %s new complaints",
	    rep_out_number(n.documents, a), rep_out_number(k->bounces, b),
	    rep_out_number(k->deliveries, c), rep_out_number(k->complaints, d));
	if (k->known > 0)
		rep_buf_printf(&g->out, " (%s known already)", rep_out_number(k->known, e));
	if (k->notices + k->no_fact > 0)
		rep_buf_printf(&g->out, "; %s delays and other notices",
		    rep_out_number(k->notices + k->no_fact, a));
	if (n.nothing > 0)
		rep_buf_printf(&g->out, "; %s of other kinds", rep_out_number(n.nothing, a));
	rep_buf_addc(&g->out, '\n');
}

static void
json_documents(struct ingest *g, struct rep_json *j)
{
	struct rep_documents_counts n;

	rep_documents_counts(g->documents, &n);
	rep_json_obj(j, "documents");
	rep_json_int(j, "read", (int64_t)n.documents);
	rep_json_int(j, "unreadable", (int64_t)n.unreadable);
	rep_json_int(j, "nothing", (int64_t)n.nothing);
	rep_json_int(j, "bounces", (int64_t)g->kept.bounces);
	rep_json_int(j, "deliveries", (int64_t)g->kept.deliveries);
	rep_json_int(j, "complaints", (int64_t)g->kept.complaints);
	rep_json_int(j, "unmatched", (int64_t)g->kept.unmatched);
	rep_json_int(j, "notices", (int64_t)(g->kept.notices + g->kept.no_fact));
	rep_json_int(j, "known", (int64_t)g->kept.known);
	rep_json_end_obj(j);
}

/* --- one input ---------------------------------------------------------------------------------- */

static void
say_bad(struct ingest *g, const char *path, uint64_t line, const char *sentence, uint64_t bad)
{
	rep_cli_note(g->c, REP_EXIT_BAD_INPUT);
	if (bad > SAY_BAD)
		return;
	rep_cli_say("%s:%llu: %s%s", path, (unsigned long long)line, sentence,
	    strstr(sentence, "left out") != NULL ? "" : "; line skipped");
}

/* The facts of one line; counts it. */
static enum rep_rc
one_line(struct ingest *g, const char *path, const struct rep_line *line, bool growing,
    struct rep_err *err)
{
	enum rep_line_kind kind = REP_LINE_BAD;
	struct rep_err why; /* not cleared: this is done for every line */
	int64_t at_s = 0;
	enum rep_rc rc;

	why.rc = REP_OK;
	if (line->cut)
		(void)rep_fail(&why, REP_ELIMIT, "longer than %d bytes", REP_LINE_MAX);
	else if ((rc = rep_mail_log_line(g->wire.log, line->s, line->number, line->open && growing,
		      on_fact, g, &kind, &at_s, &why)) != REP_OK) {
		if (err != NULL)
			*err = why;
		return rc;
	}
	g->lines++;
	if (kind == REP_LINE_BAD)
		say_bad(g, path, line->number, why.msg, ++g->bad - g->in.bad);
	if (at_s != 0) {
		if (g->in.first_s == 0 || at_s < g->in.first_s)
			g->in.first_s = at_s;
		if (at_s > g->in.last_s)
			g->in.last_s = at_s;
		if (at_s > g->newest_s)
			g->newest_s = at_s;
	}
	return REP_OK;
}

static void
say_input(struct ingest *g, const char *path, uint64_t lines_before, uint64_t bad_before)
{
	char a[32], b[32], c[32], from[REP_TIME_TEXT], to[REP_TIME_TEXT];
	uint64_t bad = g->bad - bad_before, lines = g->lines - lines_before;

	if (bad > 0)
		rep_cli_say(
		    "%s: %s of %s lines could not be read and were skipped; all else was used",
		    path, rep_out_number(bad, a), rep_out_number(lines, b));
	if (g->store == NULL)
		return;
	if (g->c->json) {
		rep_json_obj(g->summary, NULL);
		rep_json_cstr(g->summary, "file", path);
		rep_json_int(g->summary, "lines", (int64_t)lines);
		rep_json_int(g->summary, "skipped", (int64_t)bad);
		rep_json_int(g->summary, "new", (int64_t)g->fresh);
		rep_json_int(g->summary, "known", (int64_t)g->known);
		rep_json_end_obj(g->summary);
		return;
	}
	rep_buf_printf(&g->out, "%s: %s new lines, %s new deliveries", path,
	    rep_out_number(lines, a), rep_out_number(g->fresh, b));
	if (g->known > 0)
		rep_buf_printf(&g->out, " (%s known already)", rep_out_number(g->known, c));
	if (g->in.first_s != 0)
		rep_buf_printf(&g->out, ", %s to %s", rep_time_text(g->in.first_s, from),
		    rep_time_text(g->in.last_s, to));
	rep_buf_addc(&g->out, '\n');
}

static enum rep_rc
read_lines(struct ingest *g, const char *path, struct rep_lines *lines, struct rep_err *err)
{
	struct rep_line line, last = { .number = 0 };
	struct rep_err why;
	enum rep_rc rc;

	while ((rc = rep_lines_next(lines, &line, &why)) == REP_OK) {
		if ((rc = one_line(g, path, &line, rep_lines_growing(lines), err)) != REP_OK)
			return rc;
		last = line;
		if (++g->since_commit >= g->commit_lines &&
		    (rc = commit(g, lines, &line, err)) != REP_OK)
			return rc;
	}
	if (rc != REP_ENOTFOUND) { /* the rest of the file cannot be read: use what came */
		rep_cli_say("%s", why.msg);
		rep_cli_note(g->c, REP_EXIT_BAD_INPUT);
	}
	return commit(g, lines, last.number > 0 ? &last : NULL, err);
}

static enum rep_rc
one_input(struct ingest *g, const char *path, struct rep_err *err)
{
	const char *shown = strcmp(path, "-") == 0 ? "standard input" : path;
	size_t n = strlen(shown), cut = n >= sizeof g->in.name ? n - sizeof g->in.name + 1 : 0;
	uint64_t lines_before, bad_before;
	struct rep_lines *lines = NULL;
	enum rep_doc_kind kind;
	enum rep_rc rc;

	memset(&g->in, 0, sizeof g->in);
	memcpy(g->in.name, shown + cut, n - cut);
	g->lines = g->bad = g->fresh = g->known = 0;
	if ((rc = rep_lines_open(path, &lines, err)) != REP_OK) {
		rep_cli_say("%s", err->msg);
		rep_cli_note(g->c, REP_EXIT_BAD_INPUT);
		return REP_OK; /* the other inputs are used */
	}
	kind = rep_document_kind(rep_lines_head(lines));
	if (rep_documents_takes(kind)) {
		rc = rep_documents_input(g->documents, shown, kind, lines, err);
	} else if ((rc = resume(g, path, &lines, err)) == REP_OK) {
		lines_before = g->lines;
		bad_before = g->bad;
		rep_mail_log_file(g->wire.log, shown, rep_lines_time(lines));
		rc = read_lines(g, shown, lines, err);
		if (rc == REP_OK)
			say_input(g, shown, lines_before, bad_before);
	}
	rep_lines_close(lines);
	return rc;
}

/* --- all inputs --------------------------------------------------------------------------------- */

static int
by_time(const void *a, const void *b)
{
	const struct source_file *x = a, *y = b;

	if (x->first_s != y->first_s)
		return x->first_s < y->first_s ? -1 : 1;
	return x->order - y->order;
}

/* Oldest first, so that a message is known before it is delivered. */
static void
in_order(struct rep_cli *c, struct source_file *files, int64_t now_s)
{
	struct rep_lines *l;

	for (size_t i = 0; i < c->args_n; i++) {
		files[i] = (struct source_file){ c->args[i], INT64_MAX, (int)i, false };
		if (strcmp(c->args[i], "-") == 0 || rep_lines_open(c->args[i], &l, NULL) != REP_OK)
			continue;
		files[i].document = rep_documents_takes(rep_document_kind(rep_lines_head(l)));
		if (files[i].document) {
			rep_lines_close(l);
			continue;
		}
		files[i].first_s =
		    rep_mail_log_first_time(rep_lines_head(l), rep_lines_time(l), now_s);
		if (files[i].first_s == 0)
			files[i].first_s = INT64_MAX;
		rep_lines_close(l);
	}
	qsort(files, c->args_n, sizeof *files, by_time);
}

/* Standard input kept aside for a dry run, which reads it twice. The file has no name. */
static const char *
spool(struct rep_cli *c, struct rep_err *err)
{
	FILE *f = tmpfile();
	char chunk[65536];
	struct rep_str name;
	size_t n;

	if (f == NULL) {
		(void)rep_fail(err, REP_EIO, "no room to keep standard input aside in");
		return NULL;
	}
	while ((n = fread(chunk, 1, sizeof chunk, stdin)) > 0)
		if (fwrite(chunk, 1, n, f) != n)
			break;
	if (ferror(f) || fflush(f) != 0) {
		(void)rep_fail(err, REP_EIO, "standard input is too large to keep aside");
		return NULL;
	}
	rewind(f);
	name = rep_arena_printf(c->arena, "/proc/self/fd/%d", fileno(f));
	return name.p;
}

static bool
filled(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISREG(st.st_mode) && st.st_size > 0;
}

static enum rep_rc
open_store(struct ingest *g, struct rep_err *err)
{
	unsigned flags = REP_STORE_CREATE | (g->c->rollups_only ? REP_STORE_ROLLUPS_ONLY : 0u);

	return rep_store_open(rep_session_db(&g->c->session), flags, &g->key, &g->store, err);
}

/* know, key, store, and the wire with the queue ids left open. */
static enum rep_rc
set_up(struct ingest *g, struct rep_err *err)
{
	struct rep_cli *c = g->c;
	struct rep_wire_params o = { .cfg = &c->cfg,
		.stated = c->sources,
		.stated_n = c->sources_n,
		.key = &g->key,
		.now_s = c->session.now_s != 0 ? c->session.now_s : c->session.clock_s };
	enum rep_rc rc;
	bool whole;

	if ((rc = rep_session_know(&c->session, &g->know, err)) != REP_OK)
		return rc;
	if (!c->dry_run) {
		/* A database that is there was filled with a key: a new one would not fit it. */
		if ((rc = rep_session_key(&c->session, !filled(rep_session_db(&c->session)),
			 &g->key, err)) != REP_OK ||
		    (rc = open_store(g, err)) != REP_OK)
			return rc;
	}
	o.know = g->know;
	o.store = g->store;
	if ((rc = rep_wire_open(&g->wire, &o, c->arena, err)) != REP_OK ||
	    (rc = rep_wire_resume(&g->wire, &whole, err)) != REP_OK)
		return rc;
	if (!whole)
		rep_cli_say(
		    "%s; deliveries of messages queued before go without their stream", err->msg);
	return g->store == NULL ? REP_OK : rep_store_begin(g->store, err);
}

/* Dry run: once to learn the addresses of the labels, once more to print. */
static enum rep_rc
dry_run(struct ingest *g, const struct source_file *files, struct rep_err *err)
{
	enum rep_rc rc;
	int worst = g->c->worst;

	for (size_t i = 0; i < g->c->args_n; i++) {
		/* Silent: what is wrong is said in the second reading. */
		struct rep_lines *lines = NULL;
		struct rep_line line;
		enum rep_line_kind kind;
		int64_t at_s;

		if (files[i].document || rep_lines_open(files[i].path, &lines, NULL) != REP_OK)
			continue;
		rep_mail_log_file(g->wire.log, files[i].path, rep_lines_time(lines));
		while (rep_lines_next(lines, &line, NULL) == REP_OK)
			if (!line.cut &&
			    rep_mail_log_line(g->wire.log, line.s, line.number, line.open, on_fact,
				g, &kind, &at_s, err) != REP_OK)
				break;
		rep_lines_close(lines);
	}
	g->c->worst = worst;
	g->print = true;
	if ((rc = rep_wire_log_anew(&g->wire, err)) != REP_OK)
		return rc;
	for (size_t i = 0; i < g->c->args_n; i++)
		if ((rc = one_input(g, files[i].path, err)) != REP_OK)
			return rc;
	return rep_documents_drain(g->documents, err);
}

static enum rep_rc
keep(struct ingest *g, const struct source_file *files, struct rep_err *err)
{
	struct rep_store_totals totals;
	struct rep_buf json;
	struct rep_json j;
	enum rep_rc rc;

	rep_buf_init(&json, 16 << 20);
	rep_json_init(&j, &json);
	g->summary = &j;
	rep_json_obj(&j, NULL);
	rep_json_arr(&j, "inputs");
	for (size_t i = 0; i < g->c->args_n; i++)
		if ((rc = one_input(g, files[i].path, err)) != REP_OK)
			goto out;
	if ((rc = rep_documents_drain(g->documents, err)) != REP_OK)
		goto out;
	if (g->kept.waiting != NULL) {
		if ((rc = rep_keep_settle(&g->wire, &g->kept, err)) != REP_OK)
			goto out;
		rep_keep_fini(&g->kept);
		g->since_commit++;
	}
	if (g->since_commit > 0 && (rc = commit(g, NULL, NULL, err)) != REP_OK)
		goto out;
	rep_json_end_arr(&j);
	json_documents(g, &j);
	say_documents(g);
	/* Nothing is read any more; the judge needs the room, also that of the store's caches. */
	rep_wire_close(&g->wire);
	rep_buf_fini(&g->state);
	rep_store_rollback(g->store); /* the transaction that the last commit began; empty */
	rep_store_close(g->store);
	g->store = NULL;
	(void)malloc_trim(0);
	if ((rc = open_store(g, err)) != REP_OK ||
	    (rc = rep_store_begin(g->store, err)) != REP_OK ||
	    (rc = rep_store_totals(g->store, &totals, err)) != REP_OK ||
	    (rc = rep_store_prune(g->store, totals.last_s, err)) != REP_OK ||
	    (rc = rep_verdicts_number(&g->c->session, g->know, g->store, err)) != REP_OK ||
	    (rc = rep_store_commit(g->store, err)) != REP_OK)
		goto out;
	if (g->c->json) {
		rep_json_int(&j, "deliveries", (int64_t)totals.counted);
		rep_json_end_obj(&j);
		rep_buf_addc(&json, '\n');
		rep_buf_add(&g->out, rep_buf_str(&json));
	} else if (totals.counted == 0 &&
	    g->kept.complaints + g->kept.notices + g->kept.no_fact == 0) {
		rep_buf_add(&g->out,
		    REP_S("No delivery to a provider was found. Is this the log "
			  "of the server that sends?\n"));
	} else {
		rep_buf_add(&g->out, REP_S("Next: reputed status, reputed why\n"));
	}
out:
	rep_buf_fini(&json);
	return rc;
}

static uint64_t
number_from_env(const char *name, uint64_t otherwise)
{
	uint64_t v;

	return rep_str_u64(rep_str_c(getenv(name)), 1u << 30, &v) && v > 0 ? v : otherwise;
}

/*
 * What lies in a folder beside logs and mail is named and left alone: nobody asked for it by
 * name. `given` are the paths as they were given.
 */
static void
leave_out_foreign(struct rep_cli *c, const char *const *given, size_t given_n)
{
	size_t kept = 0;

	for (size_t i = 0; i < c->args_n; i++) {
		struct rep_lines *lines = NULL;
		struct rep_str head;
		struct rep_err err;
		bool take = false;

		for (size_t k = 0; k < given_n && !take; k++)
			take = c->args[i] == given[k];
		if (!take && rep_lines_open(c->args[i], &lines, &err) == REP_OK) {
			head = rep_lines_head(lines);
			take = rep_documents_takes(rep_document_kind(head)) ||
			    rep_mail_log_first_time(
				head, rep_lines_time(lines), c->session.clock_s) != 0;
			rep_lines_close(lines);
		}
		if (take)
			c->args[kept++] = c->args[i];
		else
			rep_cli_say(
			    "%s: neither a log nor mail by its content; left out", c->args[i]);
	}
	c->args_n = kept;
}

int
rep_cmd_ingest(struct rep_cli *c)
{
	struct ingest *g = rep_arena_alloc(c->arena, sizeof *g);
	struct rep_err err = { .msg = "out of memory" };
	struct rep_documents_params docs = {
		.session = &c->session, .faults = rep_cli_faults(), .report = on_report, .ctx = g
	};
	const char **given = c->args;
	size_t given_n = c->args_n;
	struct source_file *files;
	enum rep_rc rc = REP_EMEM;

	if (c->args_n == 0) {
		rep_cli_say("which log? reputed ingest /var/log/mail.log, or - for standard input");
		return REP_EXIT_USAGE;
	}
	if (!sources_valid(c))
		return REP_EXIT_USAGE;
	if ((rc = rep_inputs_expand(c->arena, &c->args, &c->args_n, &err)) != REP_OK)
		return rep_cli_fail(c, REP_EXIT_FAILED, &err);
	leave_out_foreign(c, given, given_n);
	files = rep_arena_alloc(c->arena, (c->args_n + 1) * sizeof *files);
	if (g == NULL || files == NULL)
		return rep_cli_fail(c, REP_EXIT_FAILED, &err);
	g->c = c;
	rep_buf_init(&g->out, 64 << 20);
	rep_buf_init(&g->state, STATE_MAX);
	g->commit_lines = number_from_env("REPUTED_COMMIT_LINES", COMMIT_LINES);
	g->stop_after = number_from_env("REPUTED_STOP_AFTER_COMMIT", 0);
	if (!c->dry_run) {
		size_t gone;

		docs.quarantine = rep_quarantine_folder(c->arena, rep_session_db(&c->session));
		if ((rc = rep_quarantine_purge(docs.quarantine,
			 c->session.clock_s - (int64_t)REP_QUARANTINE_DAYS * 86400, &gone, &err)) !=
		    REP_OK)
			goto out;
	}
	if ((rc = rep_documents_new(&docs, &g->documents, &err)) != REP_OK ||
	    (rc = set_up(g, &err)) != REP_OK)
		goto out;
	for (size_t i = 0; c->dry_run && i < c->args_n; i++)
		if (strcmp(c->args[i], "-") == 0 && (c->args[i] = spool(c, &err)) == NULL) {
			rc = REP_EIO;
			goto out;
		}
	in_order(c, files, c->session.now_s != 0 ? c->session.now_s : c->session.clock_s);
	rc = c->dry_run ? dry_run(g, files, &err) : keep(g, files, &err);
	if (rc == REP_OK && !rep_out_flush(&g->out))
		rep_cli_note(c, REP_EXIT_FAILED);
out:
	if (rc != REP_OK)
		rep_cli_fail(c, REP_EXIT_FAILED, &err);
	rep_buf_fini(&g->out);
	rep_buf_fini(&g->state);
	rep_documents_free(g->documents);
	rep_keep_fini(&g->kept);
	rep_wire_close(&g->wire);
	rep_store_close(g->store);
	rep_know_free(g->know);
	return c->worst;
}
