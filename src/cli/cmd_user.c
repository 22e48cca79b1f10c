/*
 * reputed user: who may log in on the web page, and the tokens of its API.
 *
 * A password is typed twice at a terminal, which does not show it, or is one line of standard input. It is never an
 * argument: those are seen by everybody who lists processes.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#define _GNU_SOURCE /* explicit_bzero */
#include "cli/cli.h"
#include "cli/setup_ask.h"
#include "cli/users_file.h"

#include <errno.h>
#include <stdio.h>
#include <sys/random.h>
#include <unistd.h>

struct user_work {
	struct rep_cli *c;
	const char *path;
	struct rep_users *u;
	struct rep_str name; /* the argument, if there is one */
	unsigned scopes;     /* of --scope; 0: none was given */
	struct rep_buf out;
	struct rep_json j;
};

/* --- what is typed ---------------------------------------------------------------------------------- */

static enum rep_rc
random_bytes(void *out, size_t n, struct rep_err *err)
{
	return getrandom(out, n, 0) == (ssize_t)n
	    ? REP_OK
	    : rep_fail(err, REP_EIO, "no random bytes: %s", strerror(errno));
}

/* The first line of standard input. */
static enum rep_rc
read_password(char line[REP_ASK_LINE], struct rep_err *err)
{
	size_t n = 0;
	ssize_t got = 1;

	while (n < REP_ASK_LINE && (n == 0 || line[n - 1] != '\n') && got > 0) {
		got = read(STDIN_FILENO, line + n, 1);
		if (got < 0 && errno == EINTR)
			got = 1;
		else if (got < 0)
			return rep_fail(
			    err, REP_EIO, "the password could not be read: %s", strerror(errno));
		else
			n += (size_t)got;
	}
	if (n == 0)
		return rep_fail(err, REP_EUSAGE,
		    "there is no password: it is asked for at a terminal, or is one line of standard input");
	if (n == REP_ASK_LINE)
		return rep_fail(
		    err, REP_EUSAGE, "the password has more than %d bytes", REP_PASSWORD_MAX);
	n -= line[n - 1] == '\n';
	if (memchr(line, '\0', n) != NULL)
		return rep_fail(
		    err, REP_EUSAGE, "the password has control characters in it, or is not UTF-8");
	line[n] = '\0';
	return REP_OK;
}

static enum rep_rc
type_password(struct rep_str name, char line[REP_ASK_LINE], struct rep_err *err)
{
	char again[REP_ASK_LINE], question[256];
	bool same;
	enum rep_rc rc;

	if (!isatty(STDOUT_FILENO))
		return rep_fail(err, REP_EUSAGE,
		    "the question for the password would not be seen: standard output is no terminal");
	snprintf(question, sizeof question,
	    "Password of %.*s, %d characters or more:", REP_PR(name), REP_PASSWORD_MIN);
	if (!rep_ask_line(question, true, line))
		return rep_fail(err, REP_EUSAGE, "no password, so nothing was changed");
	if ((rc = rep_password_check(rep_str_c(line), name, err)) != REP_OK)
		return rc;
	same = rep_ask_line("The same again:", true, again) && strcmp(line, again) == 0;
	explicit_bzero(again, sizeof again);
	return same
	    ? REP_OK
	    : rep_fail(err, REP_EUSAGE, "the two were not the same, so nothing was changed");
}

/* Sets the password of an account, which is not in the file yet: the lock is not held while somebody types. */
static enum rep_rc
ask_password(struct rep_user *x, struct rep_err *err)
{
	struct rep_str name = rep_str_c(x->name);
	unsigned char salt[REP_SALT_BYTES];
	char line[REP_ASK_LINE];
	enum rep_rc rc =
	    isatty(STDIN_FILENO) ? type_password(name, line, err) : read_password(line, err);

	if (rc == REP_OK)
		rc = rep_password_check(rep_str_c(line), name, err);
	if (rc == REP_OK)
		rc = random_bytes(salt, sizeof salt, err);
	if (rc == REP_OK)
		rc = rep_user_password(x, rep_str_c(line), salt, err);
	explicit_bzero(line, sizeof line);
	return rc;
}

/* --- the file ----------------------------------------------------------------------------------------- */

/* Nobody is no error for who adds. */
static enum rep_rc
load(struct user_work *w, struct rep_err *err)
{
	enum rep_rc rc = rep_users_file_read(w->path, w->u, err);

	return rc == REP_ENOTFOUND ? REP_OK : rc;
}

/* Reads the file under its lock. */
static enum rep_rc
begin(struct user_work *w, int *lock, struct rep_err *err)
{
	enum rep_rc rc = rep_users_file_lock(w->path, lock, err);

	if (rc == REP_OK && (rc = load(w, err)) != REP_OK)
		(void)close(*lock);
	return rc;
}

static enum rep_rc
finish(struct user_work *w, int lock, enum rep_rc rc, struct rep_err *err)
{
	if (rc == REP_OK)
		rc = rep_users_file_write(w->path, w->u, err);
	(void)close(lock);
	return rc;
}

static enum rep_rc
no_such(const struct user_work *w, struct rep_err *err)
{
	return rep_fail(err, REP_EUSAGE,
	    "there is no account %.*s; those that there are: reputed user list", REP_PR(w->name));
}

static void
scopes_out(struct rep_json *j, unsigned scopes)
{
	char text[REP_MAY_TEXT];
	struct rep_str s = rep_str_c(rep_may_text(scopes, text));

	rep_json_arr(j, "scopes");
	while (s.n > 0) {
		size_t comma = rep_str_chr(s, ',', 0);

		rep_json_str(j, NULL, rep_str_sub(s, 0, comma));
		s = rep_str_sub(s, comma == SIZE_MAX ? s.n : comma + 1, s.n);
	}
	rep_json_end_arr(j);
}

/* "read, act" */
static void
scopes_text(struct rep_buf *out, unsigned scopes)
{
	char text[REP_MAY_TEXT];

	for (const char *p = rep_may_text(scopes, text); *p != '\0'; p++) {
		rep_buf_addc(out, *p);
		if (*p == ',')
			rep_buf_addc(out, ' ');
	}
}

/* --- list ----------------------------------------------------------------------------------------------- */

static void
list_json(struct user_work *w)
{
	rep_json_obj(&w->j, NULL);
	rep_json_arr(&w->j, "users");
	for (size_t i = 0; i < w->u->users; i++) {
		const struct rep_user *x = &w->u->user[i];

		rep_json_obj(&w->j, NULL);
		rep_json_cstr(&w->j, "user", x->name);
		scopes_out(&w->j, x->scopes);
		rep_json_time(&w->j, "made", x->made_at_s);
		rep_json_arr(&w->j, "tokens");
		for (size_t k = 0; k < w->u->tokens; k++) {
			const struct rep_user_token *t = &w->u->token[k];

			if (strcmp(t->name, x->name) != 0)
				continue;
			rep_json_obj(&w->j, NULL);
			rep_json_cstr(&w->j, "id", t->id);
			scopes_out(&w->j, t->scopes & x->scopes);
			rep_json_time(&w->j, "made", t->made_at_s);
			rep_json_end_obj(&w->j);
		}
		rep_json_end_arr(&w->j);
		rep_json_end_obj(&w->j);
	}
	rep_json_end_arr(&w->j);
	rep_json_end_obj(&w->j);
	rep_buf_addc(&w->out, '\n');
}

static void
list_text(struct user_work *w)
{
	char at[REP_TIME_TEXT];

	if (w->u->users == 0)
		rep_buf_add(&w->out, REP_S("There is no account yet: reputed user add NAME\n"));
	for (size_t i = 0; i < w->u->users; i++) {
		const struct rep_user *x = &w->u->user[i];

		rep_buf_printf(
		    &w->out, "%s  since %s, may: ", x->name, rep_out_day(x->made_at_s, at));
		scopes_text(&w->out, x->scopes);
		rep_buf_addc(&w->out, '\n');
		for (size_t k = 0; k < w->u->tokens; k++) {
			const struct rep_user_token *t = &w->u->token[k];

			if (strcmp(t->name, x->name) != 0)
				continue;
			rep_buf_printf(&w->out, "    token %s  since %s, may: ", t->id,
			    rep_out_day(t->made_at_s, at));
			if ((t->scopes & x->scopes) == 0)
				rep_buf_add(&w->out, REP_S("nothing any more"));
			scopes_text(&w->out, t->scopes & x->scopes);
			rep_buf_addc(&w->out, '\n');
		}
	}
}

static enum rep_rc
list(struct user_work *w, struct rep_err *err)
{
	enum rep_rc rc = load(w, err);

	if (rc != REP_OK)
		return rc;
	if (w->c->json)
		list_json(w);
	else
		list_text(w);
	return REP_OK;
}

/* --- accounts -------------------------------------------------------------------------------------------- */

/* {"user": "jo", "scopes": [...], "made": "..."}; or a line. */
static void
tell_user(struct user_work *w, const struct rep_user *x, const char *what)
{
	if (w->c->json) {
		rep_json_obj(&w->j, NULL);
		rep_json_cstr(&w->j, "user", x->name);
		scopes_out(&w->j, x->scopes);
		rep_json_time(&w->j, "made", x->made_at_s);
		rep_json_end_obj(&w->j);
		rep_buf_addc(&w->out, '\n');
		return;
	}
	rep_buf_printf(&w->out, "%s %s and may: ", x->name, what);
	scopes_text(&w->out, x->scopes);
	rep_buf_add(&w->out, REP_S(".\n"));
}

static enum rep_rc
add(struct user_work *w, struct rep_err *err)
{
	unsigned scopes = w->scopes != 0 ? w->scopes : (unsigned)REP_MAY_ALL;
	int64_t now_s = w->c->session.clock_s;
	struct rep_user x, *made;
	enum rep_rc rc;
	int lock;

	/* Before a password is asked for: whether there can be such an account. */
	if ((rc = load(w, err)) != REP_OK ||
	    (rc = rep_users_add(w->u, w->name, scopes, now_s, &made, err)) != REP_OK)
		return rc;
	x = *made;
	if ((rc = ask_password(&x, err)) != REP_OK || (rc = begin(w, &lock, err)) != REP_OK)
		return rc;
	rc = rep_users_add(w->u, w->name, scopes, now_s, &made, err);
	if (rc == REP_OK)
		*made = x;
	if ((rc = finish(w, lock, rc, err)) == REP_OK)
		tell_user(w, &x, "can log in");
	return rc;
}

static enum rep_rc
password(struct user_work *w, struct rep_err *err)
{
	struct rep_user x, *made;
	enum rep_rc rc;
	int lock;

	if ((rc = load(w, err)) != REP_OK)
		return rc;
	if ((made = rep_users_find(w->u, w->name)) == NULL)
		return no_such(w, err);
	x = *made;
	if ((rc = ask_password(&x, err)) != REP_OK || (rc = begin(w, &lock, err)) != REP_OK)
		return rc;
	if ((made = rep_users_find(w->u, w->name)) == NULL) {
		rc = no_such(w, err);
	} else {
		made->n = x.n;
		made->r = x.r;
		made->p = x.p;
		memcpy(made->salt, x.salt, sizeof made->salt);
		memcpy(made->hash, x.hash, sizeof made->hash);
	}
	if ((rc = finish(w, lock, rc, err)) == REP_OK)
		tell_user(w, made, "has another password, must log in again,");
	return rc;
}

static enum rep_rc
take_away(struct user_work *w, struct rep_err *err)
{
	char name[REP_USER_NAME_MAX + 1];
	const struct rep_user *x;
	enum rep_rc rc;
	size_t tokens = 0;
	int lock;

	if ((rc = begin(w, &lock, err)) != REP_OK)
		return rc;
	if ((x = rep_users_find(w->u, w->name)) == NULL) {
		rc = no_such(w, err);
	} else {
		memcpy(name, x->name, sizeof name);
		tokens = rep_users_remove(w->u, w->name);
	}
	if ((rc = finish(w, lock, rc, err)) != REP_OK)
		return rc;
	if (w->c->json)
		rep_buf_printf(&w->out, "{\"user\":\"%s\",\"tokens\":%zu}\n", name, tokens);
	else
		rep_buf_printf(&w->out, "%s is removed, with %zu token%s, and is logged out.\n",
		    name, tokens, rep_plural(tokens));
	return REP_OK;
}

/* --- tokens ---------------------------------------------------------------------------------------------- */

static void
tell_token(struct user_work *w, const struct rep_user_token *t, const char *text)
{
	if (w->c->json) {
		rep_json_obj(&w->j, NULL);
		rep_json_cstr(&w->j, "token", text);
		rep_json_cstr(&w->j, "id", t->id);
		rep_json_cstr(&w->j, "user", t->name);
		scopes_out(&w->j, t->scopes);
		rep_json_time(&w->j, "made", t->made_at_s);
		rep_json_end_obj(&w->j);
		rep_buf_addc(&w->out, '\n');
		return;
	}
	rep_buf_printf(
	    &w->out, "%s\n\nThis token of %s is shown only now. It may: ", text, t->name);
	scopes_text(&w->out, t->scopes);
	rep_buf_printf(&w->out, ".\nTo take it back: reputed user revoke %s\n", t->id);
}

static enum rep_rc
token(struct user_work *w, struct rep_err *err)
{
	unsigned char random[REP_TOKEN_BYTES + REP_TOKEN_ID_BYTES];
	const struct rep_user_token *t = NULL;
	char text[REP_TOKEN_TEXT];
	enum rep_rc rc;
	int lock;

	if ((rc = random_bytes(random, sizeof random, err)) != REP_OK ||
	    (rc = begin(w, &lock, err)) != REP_OK)
		return rc;
	if (rep_users_find(w->u, w->name) == NULL)
		rc = no_such(w, err);
	else
		rc = rep_users_token_add(
		    w->u, w->name, w->scopes, w->c->session.clock_s, random, text, &t, err);
	if ((rc = finish(w, lock, rc, err)) == REP_OK)
		tell_token(w, t, text);
	explicit_bzero(text, sizeof text);
	explicit_bzero(random, sizeof random);
	return rc;
}

static enum rep_rc
take_back(struct user_work *w, struct rep_err *err)
{
	char name[REP_USER_NAME_MAX + 1];
	enum rep_rc rc;
	int lock;

	if ((rc = begin(w, &lock, err)) != REP_OK)
		return rc;
	if (!rep_users_token_remove(w->u, w->name, name))
		rc = rep_fail(err, REP_EUSAGE,
		    "there is no token with the id %.*s; those that there are: reputed user list",
		    REP_PR(w->name));
	if ((rc = finish(w, lock, rc, err)) != REP_OK)
		return rc;
	if (w->c->json)
		rep_buf_printf(
		    &w->out, "{\"revoked\":\"%.*s\",\"user\":\"%s\"}\n", REP_PR(w->name), name);
	else
		rep_buf_printf(&w->out, "The token %.*s of %s is good for nothing any more.\n",
		    REP_PR(w->name), name);
	return REP_OK;
}

/* --- the command --------------------------------------------------------------------------------------------- */

static const struct {
	const char *name;
	enum rep_rc (*run)(struct user_work *, struct rep_err *);
	size_t args; /* words after it */
	bool scoped; /* takes --scope */
	const char *use;
} verbs[] = {
	{ "list", list, 0, false, "reputed user list" },
	{ "add", add, 1, true, "reputed user add NAME [--scope read|act|trace|metrics]..." },
	{ "password", password, 1, false, "reputed user password NAME" },
	{ "remove", take_away, 1, false, "reputed user remove NAME" },
	{ "token", token, 1, true, "reputed user token NAME [--scope read|act|trace|metrics]..." },
	{ "revoke", take_back, 1, false, "reputed user revoke ID" },
};

static bool
read_scopes(struct user_work *w)
{
	const struct rep_cli_list *given = &w->c->scopes;
	unsigned one;

	for (size_t i = 0; i < given->n; i++) {
		if (!rep_may_read(rep_str_c(given->v[i]), &one)) {
			rep_cli_say(
			    "--scope is read, act, trace or metrics, and can be given several times; not \"%s\"",
			    given->v[i]);
			return false;
		}
		w->scopes |= one;
	}
	return true;
}

static int
run(struct rep_cli *c, size_t verb)
{
	struct user_work w = { .c = c, .path = rep_users_file(&c->session) };
	struct rep_err err = { .msg = "out of memory" };
	enum rep_rc rc;

	if (c->args_n > 1)
		w.name = rep_str_c(c->args[1]);
	if (!read_scopes(&w))
		return REP_EXIT_USAGE;
	if (w.path == NULL || (w.u = rep_arena_alloc(c->arena, sizeof *w.u)) == NULL)
		return rep_cli_fail(c, REP_EXIT_FAILED, &err);
	rep_buf_init(&w.out, 1 << 20);
	rep_json_init(&w.j, &w.out);
	rc = verbs[verb].run(&w, &err);
	if (rc != REP_OK)
		rep_cli_fail(c, rc == REP_EUSAGE ? REP_EXIT_USAGE : REP_EXIT_FAILED, &err);
	if (!rep_out_flush(&w.out))
		rep_cli_note(c, REP_EXIT_FAILED);
	rep_buf_fini(&w.out);
	return c->worst;
}

int
rep_cmd_user(struct rep_cli *c)
{
	const char *what = c->args_n > 0 ? c->args[0] : "";

	for (size_t i = 0; i < REP_COUNT(verbs); i++)
		if (strcmp(what, verbs[i].name) == 0 && c->args_n == verbs[i].args + 1 &&
		    (verbs[i].scoped || c->scopes.n == 0))
			return run(c, i);
	for (size_t i = 0; i < REP_COUNT(verbs); i++)
		rep_cli_say("%s%s", i == 0 ? "expected: " : "      or: ", verbs[i].use);
	return REP_EXIT_USAGE;
}
