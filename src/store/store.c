/*
 * store/store.c -- the part of the store that is the same for every back end.
 *
 * In an open transaction, what facts bring is collected in memory (names, identities, cells, forms
 * of samples). rep_store_flush writes it to the back end: at commit, before anything is read, and
 * earlier when it is much. A rollback drops what was collected, and the next transaction reads
 * again what it needs.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#define _GNU_SOURCE /* explicit_bzero */
#include "store/store.h"

#include "base/bytes.h"
#include "base/memory.h"
#include "fact/identity.h"
#include "fact/report.h"
#include "store/inside.h"

#include <stdlib.h>

enum { RESULT_BYTES_MAX = 256 << 20 };

static const int64_t year_10000 = INT64_C(253402300800);

/* --- opening -------------------------------------------------------------------------------- */

void
rep_store_let_go(struct rep_store *s)
{
	if (s->b == NULL)
		return;
	rep_store_rollback(s);
	s->b->ops->close(s->b);
	s->b = NULL;
}

void
rep_store_close(struct rep_store *s)
{
	if (s == NULL)
		return;
	rep_store_let_go(s);
	rep_dict_fini(&s->dict);
	rep_seen_clear(&s->seen);
	rep_cells_fini(&s->cells);
	rep_forms_clear(&s->forms);
	rep_refusing_fini(&s->refusing);
	rep_refusing_fini(&s->labels);
	rep_handed_clear(&s->handed);
	s->facts.n = 0;
	rep_domain_names_clear(&s->domain_names);
	rep_hashes_clear(&s->joined);
	rep_hashes_clear(&s->documents);
	rep_arena_free(s->keys);
	rep_arena_free(s->sample_texts);
	rep_arena_free(s->told_texts);
	free(s->told);
	rep_arena_free(s->found_texts);
	free(s->found);
	free(s->looked);
	rep_buf_fini(&s->state);
	free(s->handed_rows);
	free(s->domains);
	free(s->numbered);
	free(s->inputs);
	free(s->sources);
	free(s->samples);
	explicit_bzero(&s->key, sizeof s->key);
	free(s);
}

/*
 * A word that is made from the key and does not show it. With another key, known facts would count
 * again.
 */
static int64_t
key_check(const struct rep_store *s)
{
	return (int64_t)(rep_siphash(&s->key, REP_S("kreputed: the key of this database")) >> 1);
}

static enum rep_rc
refresh(struct rep_store *s, struct rep_err *err)
{
	enum rep_rc rc = rep_store_meta(s, s->meta, err);

	memcpy(s->meta_kept, s->meta, sizeof s->meta);
	return rc != REP_OK ? rc : rep_dict_load(&s->dict, s->b, err);
}

/* Takes over b, even when it fails. */
static enum rep_rc
open_with(struct rep_backend *b, unsigned flags, const struct rep_key *key, struct rep_store **out,
    struct rep_err *err)
{
	struct rep_store *s = calloc(1, sizeof *s);
	enum rep_rc rc;

	if (s == NULL) {
		b->ops->close(b);
		return rep_fail(err, REP_EMEM, "out of memory for the store");
	}
	s->b = b;
	s->flags = flags;
	if (key != NULL)
		s->key = *key;
	rep_buf_init(&s->state, RESULT_BYTES_MAX);
	rep_domain_names_init(&s->domain_names);
	s->keys = rep_arena_new(RESULT_BYTES_MAX);
	s->sample_texts = rep_arena_new(RESULT_BYTES_MAX);
	rc = s->keys == NULL || s->sample_texts == NULL
	    ? rep_fail(err, REP_EMEM, "out of memory for the store")
	    : rep_dict_init(&s->dict, err);
	if (rc == REP_OK && (flags & REP_STORE_READ_ONLY))
		rc = rep_store_read_begin(s, err);
	if (rc == REP_OK)
		rc = refresh(s, err);
	if (rc != REP_OK) {
		rep_store_close(s);
		return rc;
	}
	*out = s;
	return REP_OK;
}

enum rep_rc
rep_store_open(const char *path, unsigned flags, const struct rep_key *key, struct rep_store **out,
    struct rep_err *err)
{
	struct rep_backend *b = NULL;
	struct rep_store *s = NULL;
	enum rep_rc rc;

	if ((rc = rep_sqlite_open(path, flags, &b, err)) != REP_OK ||
	    (rc = open_with(b, flags, key, &s, err)) != REP_OK)
		return rc;
	if (!(flags & REP_STORE_READ_ONLY) && s->meta[REP_META_KEY_CHECK] != 0 &&
	    s->meta[REP_META_KEY_CHECK] != key_check(s)) {
		rep_store_close(s);
		return rep_fail(err, REP_EUSAGE,
		    "%s: this database was filled with another key, so every line would count "
		    "twice; restore the key file it was created with, or begin a new database",
		    path);
	}
	*out = s;
	return REP_OK;
}

enum rep_rc
rep_store_open_memory(
    unsigned flags, const struct rep_key *key, struct rep_store **out, struct rep_err *err)
{
	struct rep_backend *b = NULL;
	enum rep_rc rc = rep_memory_open(&b, err);

	return rc != REP_OK ? rc : open_with(b, flags, key, out, err);
}

/* --- transactions --------------------------------------------------------------------------- */

enum rep_rc
rep_store_mark(struct rep_store *s, enum rep_rc rc)
{
	s->failed = s->failed || rc != REP_OK;
	return rc;
}

enum rep_rc
rep_store_must_be_open(const struct rep_store *s, struct rep_err *err)
{
	if (!s->open)
		return rep_fail(err, REP_EUSAGE, "nothing can be stored outside a transaction");
	if (s->failed)
		return rep_fail(err, REP_EUSAGE, "the transaction has failed already");
	return REP_OK;
}

/* Drops what was collected or remembered. The dictionary goes back to the last commit. */
static void
drop_all(struct rep_store *s)
{
	rep_seen_clear(&s->seen);
	rep_cells_clear(&s->cells);
	s->facts.n = 0;
	rep_forms_clear(&s->forms);
	rep_refusing_fini(&s->refusing);
	rep_refusing_fini(&s->labels);
	rep_handed_clear(&s->handed);
	rep_domain_names_clear(&s->domain_names);
	rep_hashes_clear(&s->joined);
	rep_hashes_clear(&s->documents);
	s->documents_loaded = false;
	rep_dict_rollback(&s->dict);
	if (s->domains != NULL)
		memset(s->domains, 0, sizeof *s->domains * REP_DOMAIN_SETS * REP_DOMAIN_WAYS);
	memcpy(s->meta, s->meta_kept, sizeof s->meta);
	s->fresh = false;
}

static enum rep_rc
begin(struct rep_store *s, struct rep_err *err)
{
	bool changed = false;
	enum rep_rc rc;

	if ((rc = s->b->ops->begin(s->b, &changed, err)) != REP_OK)
		return rc;
	s->open = true;
	s->failed = false;
	s->changed = changed;
	if (changed)
		drop_all(s);
	if (!s->fresh && (rc = refresh(s, err)) != REP_OK)
		return rc;
	s->fresh = true;
	if (s->meta[REP_META_KEY_CHECK] == 0)
		s->meta[REP_META_KEY_CHECK] = key_check(s);
	if (s->meta[REP_META_ALL] == 0 && (rc = rep_cells_fill_all(s->b, err)) != REP_OK)
		return rc;
	s->meta[REP_META_ALL] = 1;
	if (s->domains == NULL && !(s->flags & REP_STORE_ROLLUPS_ONLY) &&
	    (s->domains = calloc(REP_DOMAIN_SETS * REP_DOMAIN_WAYS, sizeof *s->domains)) == NULL)
		return rep_fail(err, REP_EMEM, "out of memory for the store");
	if ((rc = rep_refusing_load(&s->refusing, &rep_refusing_domains, s->b, err)) != REP_OK ||
	    (rc = rep_refusing_load(&s->labels, &rep_refusing_labels, s->b, err)) != REP_OK)
		return rc;
	return rep_forms_load(&s->forms, s->b, err);
}

void
rep_store_wait(struct rep_store *s, unsigned seconds, rep_store_waits_fn waits, void *ctx)
{
	s->b->wait_s = seconds;
	s->b->waits = waits;
	s->b->waits_ctx = ctx;
}

bool
rep_store_changed(const struct rep_store *s)
{
	return s->changed;
}

enum rep_rc
rep_store_read_begin(struct rep_store *s, struct rep_err *err)
{
	enum rep_rc rc = s->open || s->reading > 0 ? REP_OK : s->b->ops->read_begin(s->b, err);

	s->reading += rc == REP_OK && !s->open;
	return rc;
}

void
rep_store_read_end(struct rep_store *s)
{
	if (s->reading > 0 && --s->reading == 0)
		s->b->ops->read_end(s->b);
}

enum rep_rc
rep_store_begin(struct rep_store *s, struct rep_err *err)
{
	enum rep_rc rc;

	if (s->open || (s->reading > 0 && !(s->flags & REP_STORE_READ_ONLY)))
		return rep_fail(err, REP_EUSAGE, "a transaction is open already");
	if (s->flags & REP_STORE_READ_ONLY)
		return rep_fail(err, REP_EUSAGE, "the database was opened for reading only");
	if ((rc = begin(s, err)) != REP_OK)
		rep_store_rollback(s);
	return rc;
}

enum rep_rc
rep_store_facts_flush(struct rep_store *s, struct rep_err *err)
{
	size_t n = s->facts.n;

	s->facts.n = 0;
	return n == 0 ? REP_OK : s->b->ops->facts_add(s->b, s->facts.v, n, err);
}

enum rep_rc
rep_store_flush(struct rep_store *s, struct rep_err *err)
{
	enum rep_rc rc;

	if (!s->open || s->failed)
		return REP_OK;
	if ((rc = rep_dict_flush(&s->dict, s->b, err)) != REP_OK ||
	    (rc = rep_seen_flush(&s->seen, s->b, err)) != REP_OK ||
	    (rc = rep_store_facts_flush(s, err)) != REP_OK ||
	    (rc = rep_refusing_flush(&s->refusing, s->b, err)) != REP_OK ||
	    (rc = rep_refusing_flush(&s->labels, s->b, err)) != REP_OK ||
	    (rc = rep_domain_names_flush(&s->domain_names, s->b, err)) != REP_OK ||
	    (rc = rep_store_joined_flush(s, err)) != REP_OK ||
	    (rc = rep_handed_flush(&s->handed, s->b, err)) != REP_OK ||
	    (rc = rep_forms_flush(&s->forms, s->b, err)) != REP_OK ||
	    (rc = rep_cells_flush(&s->cells, s->b, s->meta[REP_META_AGES_S], err)) != REP_OK)
		return rep_store_mark(s, rc);
	for (int k = 0; k < REP_META_N; k++)
		if (s->meta[k] != s->meta_kept[k] &&
		    (rc = s->b->ops->meta_put(s->b, (enum rep_meta)k, s->meta[k], err)) != REP_OK)
			return rep_store_mark(s, rc);
	return REP_OK;
}

enum rep_rc
rep_store_commit(struct rep_store *s, struct rep_err *err)
{
	enum rep_rc rc;

	if ((rc = rep_store_must_be_open(s, err)) != REP_OK)
		return rc;
	if ((rc = rep_store_flush(s, err)) != REP_OK)
		return rc;
	if (rep_memory_ran_out()) /* what was read meanwhile may be a piece short */
		return rep_store_mark(s,
		    rep_fail(
			err, REP_EMEM, "out of memory; nothing since the last commit is kept"));
	if ((rc = s->b->ops->commit(s->b, err)) != REP_OK)
		return rep_store_mark(s, rc);
	rep_dict_commit(&s->dict);
	memcpy(s->meta_kept, s->meta, sizeof s->meta);
	s->open = false;
	return REP_OK;
}

void
rep_store_rollback(struct rep_store *s)
{
	if (!s->open)
		return;
	s->b->ops->rollback(s->b);
	s->open = false;
	drop_all(s);
}

/* --- facts ---------------------------------------------------------------------------------- */

enum { HASHED_BYTES_MAX = 1024 };

/*
 * A keyed hash of several parts. `what` keeps hashes of different purposes apart. The lengths are
 * hashed too, so that the boundaries of parts matter. When the parts together are too long, each is
 * hashed first.
 */
static uint64_t
hash_parts(const struct rep_key *key, char what, const struct rep_str *part, size_t n)
{
	char buf[HASHED_BYTES_MAX];
	size_t at = 0, sum = 1;

	for (size_t i = 0; i < n; i++)
		sum += part[i].n + 4;
	buf[at++] = what;
	for (size_t i = 0; i < n; i++) {
		uint32_t len = (uint32_t)part[i].n;

		rep_le32_put(buf + at, len);
		at += 4;
		if (sum <= sizeof buf) {
			if (part[i].n > 0)
				memcpy(buf + at, part[i].p, part[i].n);
			at += part[i].n;
		} else {
			rep_le64_put(buf + at, rep_siphash(key, part[i]));
			at += 8;
		}
	}
	return rep_siphash(key, (struct rep_str){ buf, at });
}

uint64_t
rep_store_message_hash(const struct rep_store *s, struct rep_str id)
{
	return id.n == 0 ? 0 : hash_parts(&s->key, 'm', &id, 1);
}

static uint64_t
identity(const struct rep_store *s, const struct rep_fact *f)
{
	uint64_t id = rep_fact_identity(&s->key, f);
	struct rep_str part[] = { { (const char *)&id, sizeof id }, f->text };

	/* a reply without a recipient is identified by its text */
	return f->status == REP_STATUS_NONE ? hash_parts(&s->key, 'i', part, REP_COUNT(part)) : id;
}

/* The number of a name in `domain`. The name is written there, unless that was done recently. */
static enum rep_rc
domain_id(struct rep_store *s, struct rep_str name, uint64_t *id, struct rep_err *err)
{
	uint32_t *way, own, was, next;
	uint64_t h;
	int i;

	*id = 0;
	if (name.n == 0)
		return REP_OK;
	h = hash_parts(&s->key, 'd', &name, 1) & ((UINT64_C(1) << REP_DOMAIN_BITS) - 1);
	*id = h == 0 ? 1 : h;
	way = s->domains + (*id & (REP_DOMAIN_SETS - 1)) * REP_DOMAIN_WAYS;
	own = (uint32_t)(*id >> REP_DOMAIN_SET_BITS) + 1;
	/* it goes to the front, and those before it move back by one */
	for (i = 0, next = own; i < REP_DOMAIN_WAYS; i++) {
		was = way[i];
		way[i] = next;
		if (was == own)
			return REP_OK;
		next = was;
	}
	return rep_domain_names_add(&s->domain_names, s->b, *id, rep_str_sub(name, 0, 255), err);
}

static bool
refuses(enum rep_class c)
{
	return c == REP_CLASS_THROTTLED || c == REP_CLASS_BLOCKED || c == REP_CLASS_LISTED ||
	    c == REP_CLASS_AUTHENTICATION || c == REP_CLASS_IDENTITY;
}

/* Names that anybody's mail can bring: from a limit on, new ones get no number of their own. */
enum rep_rc
rep_store_soft_name(
    struct rep_store *s, struct rep_str name, bool *unnamed, uint32_t *id, struct rep_err *err)
{
	if (s->dict.n < REP_DICT_SOFT_MAX)
		return rep_dict_add(&s->dict, name, id, err);
	*id = rep_dict_find(&s->dict, name);
	*unnamed = *unnamed || (*id == 0 && name.n > 0);
	return REP_OK;
}

/*
 * The domain by which a reply of provider `other` is counted. A domain has a name once it refused
 * (and often enough, refusing.h); from then on all its replies are counted by it. Refusals of
 * others are counted together, and everything else without a domain.
 */
static enum rep_rc
small_domain(struct rep_store *s, const struct rep_fact *f, uint32_t *id, struct rep_err *err)
{
	uint32_t known = rep_dict_find(&s->dict, f->provider_domain);
	bool named = false, unnamed = false;
	enum rep_rc rc;

	*id = 0;
	if (f->provider_domain.n == 0)
		return REP_OK;
	if (s->dict.watched[known] != 0) {
		*id = known;
		return REP_OK;
	}
	if (f->class == REP_CLASS_ACCEPTED)
		return REP_OK;
	if (f->status == REP_STATUS_NONE || !refuses(f->class)) {
		if ((*id = known) != 0 || !rep_refusing_failed(&s->refusing, f->at_s))
			return REP_OK;
		rc = rep_store_soft_name(s, f->provider_domain, &unnamed, id, err);
		s->meta[REP_META_UNNAMED] += unnamed;
		return rc;
	}
	if (known != 0 || s->dict.n < REP_DICT_SOFT_MAX) {
		rc = rep_refusing_count(&s->refusing,
		    hash_parts(&s->key, 's', &f->provider_domain, 1), f->at_s, &named, err);
		if (rc != REP_OK)
			return rc;
	}
	if (!named) {
		s->meta[REP_META_SMALL]++;
		return rep_dict_add(&s->dict, REP_OTHER_DOMAINS, id, err);
	}
	if ((rc = rep_store_soft_name(s, f->provider_domain, &unnamed, id, err)) == REP_OK)
		rep_dict_watch(&s->dict, *id);
	return rc;
}

/* The number of an own label: its name's, or that of the labels without one (refusing.h). */
static enum rep_rc
own_label(struct rep_store *s, const struct rep_fact *f, uint32_t *id, struct rep_err *err)
{
	bool named = f->label.n == 0 || rep_str_eq(f->label, REP_S(REP_LABEL_BOUNCES)) ||
	    rep_dict_find(&s->dict, f->label) != 0;
	enum rep_rc rc;

	if (!named &&
	    (rc = rep_refusing_count(&s->labels, hash_parts(&s->key, 'l', &f->label, 1), f->at_s,
		 &named, err)) != REP_OK)
		return rc;
	if (named)
		return rep_dict_add(&s->dict, f->label, id, err);
	s->meta[REP_META_LABELS]++;
	return rep_dict_add(&s->dict, REP_OTHER_LABELS, id, err);
}

/* Makes the observation for a fact. Its names get numbers. */
static enum rep_rc
observe(
    struct rep_store *s, const struct rep_fact *f, struct rep_observation *o, struct rep_err *err)
{
	bool other = rep_str_eq(f->provider, REP_S("other")), unnamed = false;
	enum rep_rc rc;

	*o = (struct rep_observation){ .status = (uint8_t)f->status,
		.class = (uint8_t)f->class,
		.stage = (uint8_t)f->stage,
		.evidence = f->evidence,
		.certain = f->certain,
		.scope = (uint8_t)f->scope,
		.quoted = f->quoted };
	if ((rc = own_label(s, f, &o->label, err)) != REP_OK ||
	    (rc = rep_dict_add(&s->dict, f->route, &o->route, err)) != REP_OK ||
	    (rc = rep_dict_add(&s->dict, f->provider, &o->provider, err)) != REP_OK ||
	    (rc = rep_dict_add(&s->dict, f->rule, &o->rule, err)) != REP_OK ||
	    (rc = rep_store_soft_name(s, f->stream, &unnamed, &o->stream, err)) != REP_OK)
		return rc;
	rc = other ? small_domain(s, f, &o->provider_domain, err)
		   : rep_store_soft_name(s, f->provider_domain, &unnamed, &o->provider_domain, err);
	s->meta[REP_META_UNNAMED] += unnamed;
	return rc;
}

static enum rep_rc
sample(struct rep_store *s, const struct rep_fact *f, const struct rep_observation *o, int64_t *id,
    struct rep_err *err)
{
	struct rep_sample_row row = { .provider = o->provider,
		.provider_domain = o->provider_domain,
		.rule = o->rule,
		.class = (int)f->class,
		.code = f->code };
	enum rep_rc rc;

	if (f->text.n == 0 || (f->class == REP_CLASS_ACCEPTED && f->status != REP_STATUS_NONE))
		return REP_OK;
	rc = rep_forms_add(
	    &s->forms, s->b, &s->key, f, &row, &s->meta[REP_META_NEXT_SAMPLE], id, err);
	s->meta[REP_META_FORMS_DROPPED] += s->forms.dropped;
	s->forms.dropped = 0;
	return rc;
}

static int64_t
delay_ms(double delay_s)
{
	return delay_s >= 0 && delay_s < 1e9 ? (int64_t)(delay_s * 1000 + 0.5) : -1;
}

static void
row_waits(struct rep_facts_wait *w, const struct rep_fact_row *row, struct rep_str queue_id)
{
	struct rep_fact_row *to = &w->v[w->n];
	char *id = w->queue_ids[w->n++];

	*to = *row;
	to->queue_id =
	    (struct rep_str){ id, queue_id.n < REP_FACT_ID_MAX ? queue_id.n : REP_FACT_ID_MAX };
	if (queue_id.n > 0)
		memcpy(id, queue_id.p, to->queue_id.n);
}

static enum rep_rc
add_row(struct rep_store *s, const struct rep_fact *f, const struct rep_observation *o,
    int64_t at_s, int64_t sample_id, struct rep_err *err)
{
	struct rep_fact_row row = { .at_s = at_s,
		.recipient = f->recipient.n > 0 ? rep_recipient_hash(&s->key, f->recipient)
						: f->recipient_hash,
		.message = rep_store_message_hash(s, f->message_id),
		.sample = sample_id,
		.delay_ms = delay_ms(f->delay_s),
		.label = o->label,
		.route = o->route,
		.provider = o->provider,
		.provider_domain = o->provider_domain,
		.stream = o->stream,
		.rule = o->rule,
		.code = f->code,
		.enhanced = f->enh[0] * 1000000 + f->enh[1] * 1000 + f->enh[2],
		.status = (uint8_t)f->status,
		.class = (uint8_t)f->class,
		.scope = (uint8_t)f->scope,
		.stage = (uint8_t)f->stage,
		.evidence = f->evidence,
		.certain = f->certain,
		.quoted = f->quoted };
	enum rep_rc rc;

	/* of small domains that are counted together, the names are not kept either */
	if (!rep_str_eq(s->dict.v[o->provider_domain], REP_OTHER_DOMAINS) &&
	    ((rc = domain_id(s, f->recipient_domain, &row.domain, err)) != REP_OK ||
		(rc = domain_id(s, f->host, &row.host, err)) != REP_OK))
		return rc;
	s->meta[REP_META_FACTS]++;
	row_waits(&s->facts, &row, f->queue_id);
	return s->facts.n < REP_FACTS_AT_ONCE ? REP_OK : rep_store_facts_flush(s, err);
}

/* Of a fact. One that is far ahead of all others may have the time of a wrong clock (rep_store_ages). */
static void
age(struct rep_store *s, int64_t at_s)
{
	int64_t *from_s = &s->meta[REP_META_AGES_S];

	if (*from_s == 0 || (at_s > *from_s && at_s - *from_s <= REP_STORE_GAP_S))
		*from_s = at_s;
}

static enum rep_rc
add(struct rep_store *s, const struct rep_fact *f, int64_t at_s, struct rep_err *err)
{
	struct rep_observation o;
	int64_t sample_id = 0;
	enum rep_rc rc;

	if ((rc = observe(s, f, &o, err)) != REP_OK ||
	    (rc = sample(s, f, &o, &sample_id, err)) != REP_OK)
		return rc;
	if (f->status == REP_STATUS_NONE && f->class == REP_CLASS_ACCEPTED)
		return REP_OK;
	/* Words without a recipient: no attempt of their own, but all that some logs have. */
	if (f->status == REP_STATUS_NONE) {
		o.status = REP_STATUS_DELAYED;
		o.evidence = false;
	}
	if (s->meta[REP_META_LAST_S] == 0 || at_s < s->meta[REP_META_FIRST_S])
		s->meta[REP_META_FIRST_S] = at_s;
	if (at_s > s->meta[REP_META_LAST_S])
		s->meta[REP_META_LAST_S] = at_s;
	age(s, at_s);
	s->meta[REP_META_COUNTED] += o.status != REP_STATUS_DELAYED; /* no delivery */
	if ((rc = rep_cells_add(&s->cells, &o, at_s, err)) != REP_OK)
		return rc;
	if (f->status != REP_STATUS_NONE && f->who.n > 0 &&
	    (rc = rep_handed_add(&s->handed, s->b, f->label, f->who, at_s, s->meta[REP_META_AGES_S],
		 err)) != REP_OK)
		return rc;
	if (f->status != REP_STATUS_NONE && !(s->flags & REP_STORE_ROLLUPS_ONLY) &&
	    (rc = add_row(s, f, &o, at_s, sample_id, err)) != REP_OK)
		return rc;
	if (rep_cells_full(&s->cells))
		return rep_cells_flush(&s->cells, s->b, s->meta[REP_META_AGES_S], err);
	return REP_OK;
}

/* "mx1" for "mx1.shop.example". An address stays whole. */
static struct rep_str
short_host(struct rep_str host)
{
	size_t dot = rep_str_chr(host, '.', 0);

	for (size_t i = 0; i < dot && dot != SIZE_MAX; i++)
		if (!rep_digit(host.p[i]))
			return rep_str_sub(host, 0, dot);
	return host;
}

/*
 * Whether a fact of this second is new; then it is not new any more. One log says "mx1", another one of the same
 * host "mx1.shop.example", so its identity has the host without its domain. Identities of before
 * that have the domain, and are looked up too.
 */
static enum rep_rc
never_seen_then(
    struct rep_store *s, const struct rep_fact *f, int64_t at_s, bool *is_new, struct rep_err *err)
{
	struct rep_str host = short_host(f->log_host);
	struct rep_fact same;
	bool known = false;
	enum rep_rc rc;

	if (host.n == f->log_host.n)
		return rep_seen_add(&s->seen, s->b, at_s, identity(s, f), is_new, err);
	same = *f;
	same.log_host = host;
	rc = rep_seen_has(&s->seen, s->b, at_s, identity(s, f), &known, err);
	if (rc == REP_OK)
		rc = rep_seen_add(&s->seen, s->b, at_s, identity(s, &same), is_new, err);
	*is_new = *is_new && !known;
	return rc;
}

/* The same of a fact that another log may have in the second before or after. */
static enum rep_rc
never_seen(
    struct rep_store *s, const struct rep_fact *f, int64_t at_s, bool *is_new, struct rep_err *err)
{
	enum rep_rc rc = never_seen_then(s, f, at_s, is_new, err);
	struct rep_fact same;
	bool other;

	if (rc != REP_OK || f->near == 0 || at_s + f->near < 0)
		return rc;
	same = *f;
	same.at_s = at_s + f->near;
	if ((rc = never_seen_then(s, &same, same.at_s, &other, err)) == REP_OK)
		*is_new = *is_new && other;
	return rc;
}

enum rep_rc
rep_store_add(struct rep_store *s, const struct rep_fact *f, bool *fresh, struct rep_err *err)
{
	/* a time that no log can have must not make a wrong key */
	int64_t at_s = f->at_s < 0 ? 0 : f->at_s < year_10000 ? f->at_s : year_10000 - 1;
	bool is_new = false, joined = false;
	enum rep_rc rc;

	if ((rc = rep_store_must_be_open(s, err)) != REP_OK)
		return rc;
	rc = never_seen(s, f, at_s, &is_new, err);
	if (rc == REP_OK && is_new &&
	    (f->status == REP_STATUS_BOUNCED || f->status == REP_STATUS_EXPIRED)) {
		rc = rep_store_find_failure(s, f, &joined, err);
		is_new = !joined;
	}
	if (rc == REP_OK && is_new)
		rc = add(s, f, at_s, err);
	if (rc == REP_OK && fresh != NULL)
		*fresh = is_new;
	return rep_store_mark(s, rc);
}

enum rep_rc
rep_store_source(struct rep_store *s, struct rep_str label, const struct rep_ip *public,
    enum rep_known_by by, int64_t at_s, struct rep_err *err)
{
	struct rep_source src = { .public = *public, .known_by = by };
	enum rep_rc rc;

	if ((rc = rep_store_must_be_open(s, err)) != REP_OK)
		return rc;
	if (public->version == 0)
		return rep_fail(err, REP_EUSAGE, "a source needs an address");
	if (by == REP_KNOWN_LEARNT) {
		src.first_s = src.last_s = at_s;
		src.count = 1;
	}
	if ((rc = rep_dict_add(&s->dict, label, &src.label, err)) == REP_OK)
		rc = s->b->ops->source_add(s->b, &src, err);
	return rep_store_mark(s, rc);
}

/* --- inputs and state ----------------------------------------------------------------------- */

enum rep_rc
rep_store_input_put(struct rep_store *s, struct rep_input *in, struct rep_err *err)
{
	enum rep_rc rc = rep_store_must_be_open(s, err);

	return rc != REP_OK ? rc : rep_store_mark(s, s->b->ops->input_put(s->b, in, err));
}

enum rep_rc
rep_store_state_put(
    struct rep_store *s, const char *name, struct rep_str bytes, struct rep_err *err)
{
	enum rep_rc rc = rep_store_must_be_open(s, err);

	return rc != REP_OK
	    ? rc
	    : rep_store_mark(s, s->b->ops->state_put(s->b, rep_str_c(name), bytes, err));
}
