/*
 * engine/outbox_forget.c -- takes a person out of what was told: messages may quote what a provider said, and a
 * condition may be about a login.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "engine/held.h"
#include "engine/outbox_kept.h"
#include "mail/mask.h"

/* Of the address as it is, and of the address as it is shown (rep_shown). */
enum { FORMS_OF_ONE = 5, FORMS = 2 * FORMS_OF_ONE };

static const struct rep_str mark = { "[forgotten]", 11 };

/* One way in which a text may name the person. */
struct outbox_naming {
	struct rep_str text;
	size_t kept;	    /* so many bytes of its beginning are not of the person */
	const char *before; /* rep_mask_stands */
	const char *after;
};

static bool
is_it(struct rep_str s, size_t at, const struct outbox_naming *f)
{
	return rep_mask_stands(s, at, f->text.n, f->before, f->after);
}

/* p == NULL: out of memory. */
static struct rep_str
without(struct rep_str s, const struct outbox_naming *f, struct rep_arena *a)
{
	size_t from = 0, at = rep_str_find_nocase(s, f->text, 0);
	struct rep_buf b;

	if (at == SIZE_MAX)
		return s;
	rep_buf_init(&b, 4 * s.n + 64);
	while (at != SIZE_MAX) {
		bool it = is_it(s, at, f);

		if (it) {
			rep_buf_add(&b, rep_str_sub(s, from, at + f->kept - from));
			rep_buf_add(&b, mark);
			from = at + f->text.n;
		}
		at = rep_str_find_nocase(s, f->text, it ? from : at + 1);
	}
	rep_buf_add(&b, rep_str_sub(s, from, s.n));
	return rep_arena_take(a, &b);
}

static bool
clean(struct rep_str *s, const struct outbox_naming forms[FORMS], struct rep_arena *a)
{
	for (size_t i = 0; i < FORMS && s->n > 0; i++)
		if ((*s = without(*s, &forms[i], a)).p == NULL)
			return false;
	return true;
}

static bool
clean_all(struct rep_outbox *box, const struct outbox_naming forms[FORMS])
{
	bool fine = true;

	for (size_t i = 0; i < box->alerts_n && fine; i++)
		fine = clean(&box->alerts[i].title, forms, box->arena);
	for (size_t i = 0; i < box->messages_n && fine; i++) {
		struct rep_outbox_message *m = &box->messages[i];

		fine = clean(&m->title, forms, box->arena) && clean(&m->text, forms, box->arena);
		for (size_t k = 0; k < m->ways_n && fine; k++)
			fine = clean(&m->ways[k].why, forms, box->arena);
	}
	return fine;
}

/* --- conditions --------------------------------------------------------------------------------------- */

static bool
names(struct rep_str s, const struct outbox_naming forms[FORMS])
{
	for (size_t i = 0; i < FORMS; i++)
		for (size_t at = 0; (at = rep_str_find_nocase(s, forms[i].text, at)) != SIZE_MAX;
		     at++)
			if (is_it(s, at, &forms[i]))
				return true;
	return false;
}

/* Drops what is known of conditions that name the person. All else is written again: what could not be read is not. */
static enum rep_rc
forget_held(struct rep_store *store, const struct outbox_naming forms[FORMS], struct rep_arena *a,
    struct rep_err *err)
{
	struct rep_held_all held;
	size_t kept = 0;
	enum rep_rc rc = rep_held_load(store, a, &held, err);

	if (rc != REP_OK)
		return rc;
	for (size_t i = 0; i < held.n; i++)
		if (!names(held.v[i].subject, forms) && !names(held.v[i].of, forms))
			held.v[kept++] = held.v[i];
	held.n = kept;
	return rep_held_save(&held, store, err);
}

/* --- the person --------------------------------------------------------------------------------------- */

/* The address in all its forms, the way in which replies are stored, and the login that is its local part. */
static bool
forms_of(struct rep_str address, struct rep_arena *a, struct outbox_naming forms[FORMS_OF_ONE])
{
	size_t at = rep_str_rchr(address, '@');
	struct rep_str local, domain, masked;
	struct rep_buf b;

	local = rep_str_sub(address, 0, at);
	domain = rep_str_sub(address, at + 1, address.n);
	rep_buf_init(&b, 4 * address.n + 64);
	rep_mask_address(&b, address);
	masked = rep_arena_take(a, &b);
	forms[0] = (struct outbox_naming){ .text = address };
	/* As in a sender that says whom the mail went to: "list-return-7-jo=shop.com@list.example". */
	forms[1] = (struct outbox_naming){ .text = rep_arena_printf(
					       a, "%.*s=%.*s", REP_PR(local), REP_PR(domain)),
		.before = "-+" };
	forms[2] = (struct outbox_naming){ .text = rep_arena_printf(
					       a, "%.*s%%40%.*s", REP_PR(local), REP_PR(domain)) };
	forms[3] = (struct outbox_naming){ .text = masked };
	forms[4] = (struct outbox_naming){ .text = rep_arena_printf(a, "login %.*s", REP_PR(local)),
		.kept = sizeof "login " - 1,
		.after = "" };
	for (size_t i = 0; i < FORMS_OF_ONE; i++) {
		forms[i].before = forms[i].before != NULL ? forms[i].before : "";
		forms[i].after = forms[i].after != NULL ? forms[i].after : REP_MASK_AFTER;
	}
	for (size_t i = 0; i < FORMS_OF_ONE; i++)
		if (forms[i].text.n == 0)
			return false;
	return true;
}

enum rep_rc
rep_outbox_forget(const struct rep_session *session, struct rep_store *store,
    struct rep_str address, struct rep_arena *a, struct rep_err *err)
{
	struct rep_outbox box = { .session = session, .store = store };
	struct outbox_naming forms[FORMS];
	enum rep_rc rc = rep_outbox_begin(&box, a, err);

	if (rc != REP_OK)
		return rc;
	if (address.n > 2 && address.p[0] == '<' && address.p[address.n - 1] == '>')
		address = rep_str_sub(address, 1, address.n - 2);
	if (!forms_of(address, a, forms) ||
	    !forms_of(rep_shown(a, address, SIZE_MAX), a, forms + FORMS_OF_ONE) ||
	    !clean_all(&box, forms))
		return rep_fail(err, REP_EMEM, "out of memory");
	rc = forget_held(store, forms, a, err);
	return rc != REP_OK ? rc : rep_outbox_commit(&box, err);
}
