/*
 * store/house.c -- removes what is too old, and the data of a person to be forgotten.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "store/inside.h"

#include "base/bytes.h"
#include "base/time.h"
#include "fact/identity.h"
#include "mail/mask.h"

#include <stdlib.h>

enum { STATE_BYTES_MAX = 256 << 20, ADDRESS_BYTES_MAX = 1024 };

/* How many days have facts. */
struct house_days {
	size_t n;
	int64_t last_s;
};

static enum rep_rc
on_day(void *ctx, const struct rep_observation *o)
{
	struct house_days *d = ctx;

	d->n += d->n == 0 || o->from_s != d->last_s;
	d->last_s = o->from_s;
	return REP_OK;
}

enum rep_rc
rep_store_ages(struct rep_store *s, int64_t present_s, int64_t *at_s, struct rep_err *err)
{
	int64_t *from_s = &s->meta[REP_META_AGES_S], last_s = s->meta[REP_META_LAST_S];
	struct house_days d = { 0 };
	enum rep_rc rc = rep_store_must_be_open(s, err);

	if (rc == REP_OK && last_s - *from_s > REP_STORE_GAP_S)
		rc = rep_store_observations(
		    s, REP_LEVEL_DAY, *from_s + REP_STORE_GAP_S, INT64_MAX / 2, on_day, &d, err);
	if (rc != REP_OK)
		return rc;
	if (last_s - *from_s <= REP_STORE_GAP_S ||
	    (d.n >= REP_STORE_GAP_DAYS && last_s <= present_s + REP_DAY_S))
		*from_s = last_s;
	*at_s = *from_s;
	return REP_OK;
}

enum rep_rc
rep_store_prune(struct rep_store *s, int64_t now_s, struct rep_err *err)
{
	uint64_t facts = 0;
	enum rep_rc rc;

	if ((rc = rep_store_must_be_open(s, err)) != REP_OK ||
	    (rc = rep_store_flush(s, err)) != REP_OK)
		return rc;
	rc = s->b->ops->prune(s->b, now_s - REP_FACT_KEEP_S, now_s - REP_MINUTE_KEEP_S,
	    now_s - REP_HOUR_KEEP_S, &facts, err);
	if (rc == REP_OK)
		s->meta[REP_META_FACTS] -= (int64_t)facts;
	if (rc == REP_OK)
		rc = s->b->ops->reports_prune(s->b, REP_KEPT_FAILURE, now_s - REP_FACT_KEEP_S, err);
	if (rc == REP_OK)
		rc = rep_store_proofs_prune(s, now_s - REP_FACT_KEEP_S, err);
	if (rc == REP_OK)
		rc = rep_handed_prune(&s->handed, s->b, now_s, err);
	return rep_store_mark(s, rc);
}

/* --- forgetting ----------------------------------------------------------------------------- */

/* Reader states that contain the person, cleaned. They are written back after the walk. */
struct cleaning {
	struct rep_str address;	  /* lower case */
	unsigned char hash[2][8]; /* of the address, and of an identity made of it alone */
	struct rep_buf names;	  /* each ends in a NUL */
	struct rep_buf bytes;	  /* the cleaned states, one after the other */
	size_t *len;		  /* owned; 0: remove the state */
	size_t n;
	struct rep_err *err;
};

/* Writes zeros over each hash of the person in p[0..n). True when there was one. */
static bool
blank_hashes(const struct cleaning *c, char *p, size_t n)
{
	bool found = false;

	for (size_t i = 0; i + 8 <= n; i++)
		for (size_t k = 0; k < REP_COUNT(c->hash); k++)
			if (memcmp(p + i, c->hash[k], 8) == 0) {
				memset(p + i, 0, 8);
				found = true;
			}
	return found;
}

/* In a text only as a name of its own: elsewhere the byte beside it may be the length of what follows. */
static bool
has_address(struct rep_str bytes, struct rep_str address)
{
	return rep_str_chr(bytes, '\0', 0) == SIZE_MAX
	    ? rep_mask_has(bytes, address)
	    : rep_str_find_nocase(bytes, address, 0) != SIZE_MAX;
}

static enum rep_rc
on_state(void *ctx, struct rep_str name, struct rep_str bytes)
{
	struct cleaning *c = ctx;
	size_t start = c->bytes.n, *len;

	rep_buf_add(&c->bytes, bytes);
	if (c->bytes.full)
		return rep_fail(c->err, REP_ELIMIT,
		    "the saved state of readers is larger than 256 MiB, or memory ran out");
	if (has_address(bytes, c->address)) {
		c->bytes.n = start;
	} else if (!blank_hashes(c, c->bytes.p + start, bytes.n)) {
		c->bytes.n = start;
		return REP_OK;
	}
	rep_buf_add(&c->names, name);
	rep_buf_addc(&c->names, '\0');
	if (c->names.full || (len = realloc(c->len, (c->n + 1) * sizeof *len)) == NULL)
		return rep_fail(c->err, REP_EMEM, "out of memory for the state of readers");
	c->len = len;
	c->len[c->n++] = c->bytes.n - start;
	return REP_OK;
}

/*
 * A state that contains the address as text is removed completely, because its format is unknown
 * here, and so is what else it says of the person. In a state with hashes only, these become zeros.
 */
static enum rep_rc
clean_states(struct rep_store *s, struct rep_str address, struct rep_err *err)
{
	struct cleaning c = { .address = address, .err = err };
	uint64_t whose = rep_recipient_hash(&s->key, address),
		 which = rep_recipient_identity(&s->key, address, REP_S(""));
	size_t name_at = 0, at = 0;
	enum rep_rc rc;

	rep_le64_put(c.hash[0], whose);
	rep_le64_put(c.hash[1], which);
	rep_buf_init(&c.names, STATE_BYTES_MAX);
	rep_buf_init(&c.bytes, STATE_BYTES_MAX);
	rc = s->b->ops->states(s->b, on_state, &c, err);
	for (size_t i = 0; i < c.n && rc == REP_OK; i++) {
		struct rep_str name = rep_str_c(c.names.p + name_at);

		rc = s->b->ops->state_put(
		    s->b, name, rep_str_sub(rep_buf_str(&c.bytes), at, c.len[i]), err);
		name_at += name.n + 1;
		at += c.len[i];
	}
	rep_buf_fini(&c.names);
	rep_buf_fini(&c.bytes);
	free(c.len);
	return rc;
}

static enum rep_rc
drop_samples(struct rep_store *s, struct rep_str address, struct rep_err *err)
{
	struct rep_buf masked;
	enum rep_rc rc;

	rep_buf_init(&masked, 2 * ADDRESS_BYTES_MAX);
	rep_mask_address(&masked, address);
	rc = rep_forms_drop(&s->forms, s->b, rep_buf_str(&masked), err);
	rep_buf_fini(&masked);
	return rc;
}

/* "<Jo@Example.com>" becomes "jo@example.com". */
static enum rep_rc
tidy(struct rep_str *address, char low[ADDRESS_BYTES_MAX], struct rep_err *err)
{
	struct rep_str a = rep_str_trim(*address);

	if (a.n >= 2 && a.p[0] == '<' && a.p[a.n - 1] == '>')
		a = rep_str_sub(a, 1, a.n - 2);
	if (a.n > ADDRESS_BYTES_MAX)
		return rep_fail(err, REP_EUSAGE, "an address of %zu bytes is longer than %d", a.n,
		    ADDRESS_BYTES_MAX);
	if (a.n == 0 || rep_str_chr(a, '@', 0) == SIZE_MAX)
		return rep_fail(err, REP_EUSAGE, "\"%.*s\" is not an address", REP_PR(*address));
	for (size_t i = 0; i < a.n; i++)
		low[i] = rep_lower(a.p[i]);
	*address = (struct rep_str){ low, a.n };
	return REP_OK;
}

enum rep_rc
rep_store_forget(struct rep_store *s, struct rep_str address, uint64_t *facts, struct rep_err *err)
{
	char low[ADDRESS_BYTES_MAX];
	uint64_t gone = 0;
	enum rep_rc rc;

	if ((rc = tidy(&address, low, err)) != REP_OK || (rc = rep_store_begin(s, err)) != REP_OK)
		return rc;
	rc = s->b->ops->forget(s->b, rep_recipient_hash(&s->key, address), &gone, err);
	if (rc == REP_OK && (rc = drop_samples(s, address, err)) == REP_OK &&
	    (rc = rep_store_found_forget(s, address, err)) == REP_OK &&
	    (rc = rep_handed_forget(&s->handed, s->b, address, err)) == REP_OK &&
	    (rc = rep_store_noted_forget(s, address, err)) == REP_OK &&
	    (rc = clean_states(s, address, err)) == REP_OK) {
		s->meta[REP_META_FACTS] -= (int64_t)gone;
		rc = rep_store_commit(s, err);
	}
	if (rc != REP_OK) {
		rep_store_rollback(s);
		return rc;
	}
	/* the file no longer has domains that no fact names, so remove them here too */
	if (s->domains != NULL)
		memset(s->domains, 0, sizeof *s->domains * REP_DOMAIN_SETS * REP_DOMAIN_WAYS);
	if ((rc = s->b->ops->scrub(s->b, err)) != REP_OK)
		return rc;
	*facts = gone;
	return REP_OK;
}
