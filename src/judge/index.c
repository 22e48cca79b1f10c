/*
 * Sums over observations, prepared once because many incidents ask for them.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "judge/index.h"
#include "base/hash.h"
#include "base/time.h"
#include "fact/report.h"

#include <stdlib.h>

/* --- what a reply counts as --------------------------------------------------------------------- */

/* What the rule of a reply is about, as far as it matters here. UNREAD: not looked up yet. */
enum { UNREAD = 0, OF_SENDER, OF_MESSAGE, OF_RECIPIENT, OF_PROVIDER };

/* A reply about one message, link or recipient is not about the source. */
static unsigned char
scope_says(enum rep_scope s)
{
	switch (s) {
	case REP_SCOPE_RECIPIENT:
	case REP_SCOPE_URL: return OF_RECIPIENT;
	case REP_SCOPE_MESSAGE: return OF_MESSAGE;
	case REP_SCOPE_PROVIDER: return OF_PROVIDER;
	default: return OF_SENDER;
	}
}

static unsigned char
rule_says(const struct rep_judge_in *in, uint32_t name)
{
	const struct rep_rule *r = rep_know_rule(in->know, rep_name(&in->names, name));

	return r == NULL ? OF_SENDER : scope_says(r->scope);
}

enum rep_scope
rep_index_scope(const struct rep_judge_in *in, const struct rep_observation *o)
{
	const struct rep_rule *r;

	if (o->scope != REP_SCOPE_NONE)
		return (enum rep_scope)o->scope;
	r = rep_know_rule(in->know, rep_name(&in->names, o->rule));
	return r != NULL ? r->scope : REP_SCOPE_NONE;
}

bool
rep_class_theirs(enum rep_class c)
{
	return c == REP_CLASS_NETWORK || c == REP_CLASS_CAPACITY;
}

/*
 * Whether a refusal of no named kind counts as a drop. At a small host it does not: the mail that
 * small hosts accept is one row, so what is usual for one of them is not known. Nor does a mistake
 * of the provider (a list refuses its resolver), because that is no trouble of the source.
 */
static bool
drops(const struct rep_index *x, const struct rep_observation *o, unsigned char says)
{
	if (says == OF_RECIPIENT || (x->other_known && o->provider == x->other))
		return false;
	return says != OF_PROVIDER || rep_class_theirs((enum rep_class)o->class);
}

/*
 * Anybody can mail a bounce, so none of them is evidence, and nothing that they tell moves what other
 * sources are judged by. But many refusals of one kind are told as what they are: replies that a
 * rule knows, of a provider that was reached.
 */
static bool
bounces_tell(const struct rep_index *x, const struct rep_observation *o)
{
	return rep_index_by_bounces(x, o->label) && o->rule != 0 &&
	    o->status != REP_STATUS_DELAYED && !rep_class_theirs((enum rep_class)o->class);
}

bool
rep_class_of_recipient(enum rep_class c)
{
	return c == REP_CLASS_RECIPIENT || c == REP_CLASS_MAILBOX || c == REP_CLASS_GREYLISTED;
}

static bool
is_mute(const struct rep_index *x, const struct rep_observation *o)
{
	struct rep_cell_key key;
	size_t lo = 0, hi = x->mutes_n;

	if (hi == 0)
		return false;
	key = rep_cell_key_of(o);
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (rep_cell_key_cmp(&x->mutes[mid].key, &key) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	for (; lo < x->mutes_n && rep_cell_key_cmp(&x->mutes[lo].key, &key) == 0; lo++)
		if ((x->mutes[lo].classes & 1U << o->class) != 0 &&
		    o->first_s >= x->mutes[lo].from_s && o->first_s < x->mutes[lo].until_s)
			return true;
	return false;
}

enum rep_counts_as
rep_index_counts(const struct rep_verdicts *v, const struct rep_observation *o, enum rep_trouble *t)
{
	struct rep_index *x = v->index;
	unsigned char says = OF_SENDER;

	if (!o->evidence && !bounces_tell(x, o))
		return REP_COUNTS_NOT;
	if (o->class == REP_CLASS_ACCEPTED)
		return REP_COUNTS_ACCEPTED;
	if (o->provider_domain != 0 && o->provider_domain == x->other_domains)
		return REP_COUNTS_ATTEMPT; /* of many domains: the trouble of none */
	if (o->scope != REP_SCOPE_NONE) {
		says = scope_says((enum rep_scope)o->scope);
	} else if (o->rule != 0 && o->rule < x->rules_n) {
		if (x->rule_says[o->rule] == UNREAD)
			x->rule_says[o->rule] = rule_says(v->in, o->rule);
		says = x->rule_says[o->rule];
	}
	switch ((enum rep_class)o->class) {
	case REP_CLASS_BLOCKED:
	case REP_CLASS_LISTED: *t = REP_TROUBLE_BLOCK; break;
	case REP_CLASS_THROTTLED: *t = REP_TROUBLE_THROTTLE; break;
	case REP_CLASS_AUTHENTICATION:
	case REP_CLASS_IDENTITY: *t = REP_TROUBLE_FAIL; break;
	case REP_CLASS_GREYLISTED:
	case REP_CLASS_RECIPIENT:
	case REP_CLASS_MAILBOX:
		*t = REP_TROUBLE_DROP;
		return is_mute(x, o) ? REP_COUNTS_TROUBLE : REP_COUNTS_ATTEMPT;
	default:
		*t = REP_TROUBLE_DROP;
		return drops(x, o, says) ? REP_COUNTS_TROUBLE : REP_COUNTS_ATTEMPT;
	}
	return says == OF_SENDER ? REP_COUNTS_TROUBLE : REP_COUNTS_ATTEMPT;
}

bool
rep_index_trouble(
    const struct rep_verdicts *v, const struct rep_observation *o, enum rep_trouble *t)
{
	return rep_index_counts(v, o, t) == REP_COUNTS_TROUBLE;
}

/* --- cells ---------------------------------------------------------------------------------------- */

const struct rep_observation *
rep_index_obs(const struct rep_verdicts *v, const struct rep_cell *c, size_t *n)
{
	const struct rep_history *h = &v->index->history;
	struct rep_cell_key key;

	*n = 0;
	return c->place < h->cells_n ? h->of(h->ctx, c->place, &key, n) : NULL;
}

/*
 * The first observation that may have begun at from_s or later. They are sorted by the start of
 * their buckets, of which none is longer than a day.
 */
static size_t
first_from(const struct rep_observation *obs, size_t n, int64_t from_s)
{
	size_t lo = 0, hi = n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (obs[mid].from_s < from_s - REP_DAY_S)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

void
rep_index_sum(const struct rep_verdicts *v, const struct rep_cell *c, int64_t from_s,
    int64_t until_s, uint32_t stream, enum rep_trouble kind, struct rep_sums *s)
{
	size_t n;
	const struct rep_observation *obs = rep_index_obs(v, c, &n);
	enum rep_trouble t;

	for (size_t i = first_from(obs, n, from_s); i < n && obs[i].from_s < until_s; i++) {
		const struct rep_observation *o = &obs[i];

		if (o->first_s < from_s || o->first_s >= until_s || !o->evidence ||
		    (stream != REP_ANY_STREAM && o->stream != stream))
			continue;
		s->attempts += o->count;
		if (o->class == REP_CLASS_ACCEPTED) {
			s->accepted += o->count;
			if (s->first_s == 0 || o->first_s < s->first_s)
				s->first_s = o->first_s;
			if (o->last_s > s->last_s)
				s->last_s = o->last_s;
			continue;
		}
		s->recipient += o->class == REP_CLASS_RECIPIENT ? o->count : 0;
		if (!rep_index_trouble(v, o, &t))
			continue;
		s->trouble += t == kind ? o->count : 0;
		s->refused += o->class != REP_CLASS_NETWORK ? o->count : 0;
	}
}

static struct rep_label_cells *
label_cells(const struct rep_index *x, uint32_t label)
{
	size_t lo = 0, hi = x->labels_n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (x->labels[mid].label < label)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < x->labels_n && x->labels[lo].label == label ? &x->labels[lo] : NULL;
}

const struct rep_label_cells *
rep_index_label(const struct rep_verdicts *v, uint32_t label)
{
	return label_cells(v->index, label);
}

static int
address_cmp(const struct rep_label *x, const struct rep_label *y)
{
	return x->public.version != y->public.version
	    ? x->public.version - y->public.version
	    : memcmp(x->public.b, y->public.b, sizeof x->public.b);
}

static int
provider_cmp(const struct rep_cell_key *a, const struct rep_cell_key *b)
{
	if (a->provider != b->provider)
		return a->provider < b->provider ? -1 : 1;
	return a->provider_domain < b->provider_domain ? -1
						       : a->provider_domain > b->provider_domain;
}

const uint32_t *
rep_index_at_provider(const struct rep_verdicts *v, const struct rep_cell *c, size_t *n)
{
	const struct rep_index *x = v->index;
	size_t lo = 0, hi = x->at_provider_n, end;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (provider_cmp(&v->cells[x->at_provider[mid]].key, &c->key) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	for (end = lo; end < x->at_provider_n &&
	     provider_cmp(&v->cells[x->at_provider[end]].key, &c->key) == 0;)
		end++;
	*n = end - lo;
	return &x->at_provider[lo];
}

/* --- conduct of a label ------------------------------------------------------------------------------ */

static int
by_time(const void *a, const void *b)
{
	const struct rep_conduct *x = a, *y = b;

	if (x->from_s != y->from_s)
		return x->from_s < y->from_s ? -1 : 1;
	return x->stream < y->stream ? -1 : x->stream > y->stream;
}

/* Rows while they are added up: one for each bucket of time and stream. */
struct rows {
	struct rep_conduct *v; /* owned */
	uint32_t *slot;	       /* owned; index + 1 */
	size_t n, cap, slots;  /* slots: a power of two, over twice cap */
};

static size_t
slot_of(const struct rows *r, int64_t from_s, uint32_t stream)
{
	size_t i = rep_hash_mix((uint64_t)from_s ^ (uint64_t)stream << 40) & (r->slots - 1);

	for (; r->slot[i] != 0; i = (i + 1) & (r->slots - 1))
		if (r->v[r->slot[i] - 1].from_s == from_s && r->v[r->slot[i] - 1].stream == stream)
			break;
	return i;
}

static bool
grow(struct rows *r)
{
	size_t cap = r->cap == 0 ? 1024 : r->cap * 2;
	struct rep_conduct *v = realloc(r->v, cap * sizeof *v);
	uint32_t *slot;

	if (v == NULL)
		return false;
	r->v = v;
	if ((slot = calloc(cap * 4, sizeof *slot)) == NULL)
		return false;
	free(r->slot);
	r->slot = slot;
	r->slots = cap * 4;
	r->cap = cap;
	for (size_t i = 0; i < r->n; i++)
		r->slot[slot_of(r, r->v[i].from_s, r->v[i].stream)] = (uint32_t)i + 1;
	return true;
}

static bool
add_row(const struct rep_index *x, struct rows *r, const struct rep_observation *o)
{
	size_t i;
	struct rep_conduct *c;

	if (r->n == r->cap && !grow(r))
		return false;
	i = slot_of(r, o->from_s, o->stream);
	if (r->slot[i] == 0) {
		r->v[r->n] = (struct rep_conduct){ .from_s = o->from_s, .stream = o->stream };
		r->slot[i] = (uint32_t)++r->n;
	}
	c = &r->v[r->slot[i] - 1];
	c->attempts += o->count;
	c->recipient += o->class == REP_CLASS_RECIPIENT && !is_mute(x, o) ? o->count : 0;
	c->content += o->class == REP_CLASS_CONTENT ? o->count : 0;
	return true;
}

/* Gathered at the first request, because most labels are not in trouble. */
static void
gather(const struct rep_verdicts *v, struct rep_label_cells *l)
{
	const struct rep_history *h = &v->index->history;
	struct rows r = { 0 };
	struct rep_conduct *kept = NULL;

	for (size_t place = l->first; place < l->first + l->n; place++) {
		struct rep_cell_key key;
		size_t n;
		const struct rep_observation *o = h->of(h->ctx, place, &key, &n);

		for (size_t i = 0; i < n && key.route == l->route; i++)
			if (o[i].evidence && o[i].first_s <= v->in->now_s &&
			    !add_row(v->index, &r, &o[i]))
				goto out;
	}
	if ((kept = rep_arena_alloc(v->index->a, (r.n + 1) * sizeof *kept)) == NULL)
		goto out;
	if (r.n > 0)
		memcpy(kept, r.v, r.n * sizeof *kept);
	qsort(kept, r.n, sizeof *kept, by_time);
	l->conduct_n = r.n;
	l->conduct = kept;
out:
	v->index->small = v->index->small || kept == NULL;
	free(r.v);
	free(r.slot);
}

static size_t
lower_bound(const struct rep_label_cells *l, int64_t from_s)
{
	size_t lo = 0, hi = l->conduct_n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (l->conduct[mid].from_s < from_s)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

static const struct rep_conduct *
stretch(const struct rep_verdicts *v, struct rep_label_cells *l, int64_t from_s, int64_t until_s,
    size_t *n)
{
	size_t first, end;

	if (l->conduct == NULL)
		gather(v, l);
	first = lower_bound(l, from_s);
	end = lower_bound(l, until_s);
	*n = end > first ? end - first : 0; /* the stretch may be empty */
	return l->conduct != NULL ? &l->conduct[first] : NULL;
}

const struct rep_conduct *
rep_index_conduct(
    const struct rep_verdicts *v, uint32_t label, int64_t from_s, int64_t until_s, size_t *n)
{
	struct rep_label_cells *l =
	    label == REP_ANY_LABEL ? &v->index->everybody : label_cells(v->index, label);

	*n = 0;
	return l != NULL ? stretch(v, l, from_s, until_s, n) : NULL;
}

const struct rep_conduct *
rep_index_route_conduct(
    const struct rep_verdicts *v, uint32_t route, int64_t from_s, int64_t until_s, size_t *n)
{
	struct rep_index *x = v->index;
	struct rep_label_cells *more;
	size_t k = 0;

	*n = 0;
	while (k < x->routes_n && x->routes[k].route != route)
		k++;
	if (k == x->routes_n) { /* a linear search is enough: relays are few */
		if ((more = rep_arena_alloc(x->a, (k + 1) * sizeof *more)) == NULL) {
			x->small = true;
			return NULL;
		}
		if (k > 0)
			memcpy(more, x->routes, k * sizeof *more);
		more[k] = (struct rep_label_cells){
			.label = REP_ANY_LABEL, .route = route, .n = x->history.cells_n
		};
		x->routes = more;
		x->routes_n = k + 1;
	}
	return stretch(v, &x->routes[k], from_s, until_s, n);
}

/* --- conduct of an address --------------------------------------------------------------------------- */

/* The place of the first label with the address of this one. */
static size_t
first_at_address(const struct rep_index *x, const struct rep_label *l)
{
	size_t lo = 0, hi = x->by_address_n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (address_cmp(x->by_address[mid], l) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

uint32_t
rep_index_source(const struct rep_verdicts *v, uint32_t label)
{
	const struct rep_label *l = rep_label_of(v->in, label);

	return l == NULL || l->pool || l->public.version == 0
	    ? label
	    : v->index->by_address[first_at_address(v->index, l)]->label;
}

static int
by_start(const void *a, const void *b)
{
	const struct rep_running *x = a, *y = b;

	return x->from_s < y->from_s ? -1 : x->from_s > y->from_s;
}

/* Adds up sorted rows. Returns how many buckets there are. */
static size_t
run_up(struct rep_running *r, size_t n)
{
	size_t kept = 0;

	for (size_t i = 0; i < n; i++) {
		struct rep_running sum = r[i];

		if (kept > 0) {
			sum.attempts += r[kept - 1].attempts;
			sum.recipient += r[kept - 1].recipient;
		}
		kept -= kept > 0 && r[kept - 1].from_s == sum.from_s;
		r[kept++] = sum;
	}
	return kept;
}

/* Gathered at the first request, because most addresses are not in trouble. */
static void
gather_address(const struct rep_verdicts *v, size_t first)
{
	struct rep_index *x = v->index;
	const struct rep_label *l = x->by_address[first];
	struct rep_running *r;
	size_t end = first, n = 0, rows;

	for (; end < x->by_address_n && address_cmp(x->by_address[end], l) == 0; end++) {
		(void)rep_index_conduct(v, x->by_address[end]->label, INT64_MIN, INT64_MAX, &rows);
		n += rows;
	}
	if ((r = rep_arena_alloc(x->a, (n + 1) * sizeof *r)) == NULL) {
		x->small = true;
		return;
	}
	n = 0;
	for (size_t i = first; i < end; i++) {
		const struct rep_conduct *c =
		    rep_index_conduct(v, x->by_address[i]->label, INT64_MIN, INT64_MAX, &rows);

		for (size_t k = 0; k < rows; k++)
			r[n++] = (struct rep_running){ .from_s = c[k].from_s,
				.attempts = c[k].attempts,
				.recipient = c[k].recipient };
	}
	qsort(r, n, sizeof *r, by_start);
	x->address_sums[first].n = run_up(r, n);
	x->address_sums[first].v = r;
}

/* All before at_s. */
static struct rep_running
running_before(const struct rep_address_sums *s, int64_t at_s)
{
	size_t lo = 0, hi = s->n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (s->v[mid].from_s < at_s)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo > 0 ? s->v[lo - 1] : (struct rep_running){ 0 };
}

bool
rep_index_address_sum(const struct rep_verdicts *v, const struct rep_label *l, int64_t from_s,
    int64_t until_s, uint64_t *attempts, uint64_t *recipient)
{
	const struct rep_index *x = v->index;
	struct rep_running before, all;
	size_t first;

	*attempts = *recipient = 0;
	if (l == NULL || l->pool || l->public.version == 0)
		return false;
	first = first_at_address(x, l);
	if (x->address_sums[first].v == NULL)
		gather_address(v, first);
	if (x->address_sums[first].v == NULL)
		return true; /* the arena was used up, which is told at the end */
	before = running_before(&x->address_sums[first], from_s);
	all = running_before(&x->address_sums[first], until_s);
	*attempts = all.attempts - before.attempts;
	*recipient = all.recipient - before.recipient;
	return true;
}

/* --- building ------------------------------------------------------------------------------------------ */

static enum rep_rc
too_small(struct rep_err *err)
{
	return rep_fail(err, REP_ELIMIT, "more history than memory is set aside for");
}

enum rep_rc
rep_index_begin(struct rep_verdicts *v, struct rep_arena *a, struct rep_err *err)
{
	struct rep_index *x = rep_arena_alloc(a, sizeof *x);
	const struct rep_judge_in *in = v->in;

	if (x == NULL)
		return too_small(err);
	v->index = x;
	x->a = a;
	x->rules_n = in->names.n;
	if ((x->rule_says = rep_arena_alloc(a, (size_t)in->names.n + 1)) == NULL)
		return too_small(err);
	for (uint32_t i = 1; i < in->names.n; i++) {
		if (rep_str_eq(in->names.v[i], REP_S("other"))) {
			x->other = i;
			x->other_known = true;
		}
		if (rep_str_eq(in->names.v[i], REP_S(REP_LABEL_BOUNCES)))
			x->bounces = i;
		if (rep_str_eq(in->names.v[i], REP_OTHER_DOMAINS))
			x->other_domains = i;
	}
	if (in->history != NULL) {
		x->history = *in->history;
		return REP_OK;
	}
	return rep_history_of_array(in->obs, in->obs_n, a, &x->history, err);
}

/* Compares pointers to cells by provider. Equal cells keep the order of the timeline. */
static int
by_provider(const void *a, const void *b)
{
	const struct rep_cell *x = *(const struct rep_cell *const *)a;
	const struct rep_cell *y = *(const struct rep_cell *const *)b;
	int d = provider_cmp(&x->key, &y->key);

	return d != 0 ? d : x < y ? -1 : x > y;
}

static enum rep_rc
index_providers(struct rep_verdicts *v, struct rep_arena *a, struct rep_err *err)
{
	struct rep_index *x = v->index;
	const struct rep_cell **sorted = malloc((v->cells_n + 1) * sizeof *sorted);

	x->at_provider = rep_arena_alloc(a, (v->cells_n + 1) * sizeof *x->at_provider);
	if (sorted == NULL || x->at_provider == NULL) {
		free(sorted);
		return too_small(err);
	}
	for (size_t i = 0; i < v->cells_n; i++)
		sorted[i] = &v->cells[i];
	qsort(sorted, v->cells_n, sizeof *sorted, by_provider);
	for (size_t i = 0; i < v->cells_n; i++)
		x->at_provider[i] = (uint32_t)(sorted[i] - v->cells);
	x->at_provider_n = v->cells_n;
	free(sorted);
	return REP_OK;
}

static int
by_address(const void *a, const void *b)
{
	const struct rep_label *x = *(const struct rep_label *const *)a;
	const struct rep_label *y = *(const struct rep_label *const *)b;
	int d = address_cmp(x, y);

	return d != 0 ? d : x < y ? -1 : x > y;
}

static enum rep_rc
index_addresses(struct rep_verdicts *v, struct rep_arena *a, struct rep_err *err)
{
	struct rep_index *x = v->index;

	x->by_address = rep_arena_alloc(a, (v->in->labels_n + 1) * sizeof *x->by_address);
	x->address_sums = rep_arena_alloc(a, (v->in->labels_n + 1) * sizeof *x->address_sums);
	if (x->by_address == NULL || x->address_sums == NULL)
		return too_small(err);
	memset(x->address_sums, 0, (v->in->labels_n + 1) * sizeof *x->address_sums);
	for (size_t i = 0; i < v->in->labels_n; i++)
		if (!v->in->labels[i].pool && v->in->labels[i].public.version != 0)
			x->by_address[x->by_address_n++] = &v->in->labels[i];
	qsort(x->by_address, x->by_address_n, sizeof *x->by_address, by_address);
	return REP_OK;
}

enum rep_rc
rep_index_build(struct rep_verdicts *v, struct rep_arena *a, struct rep_err *err)
{
	struct rep_index *x = v->index;
	enum rep_rc rc;
	size_t n = 0;

	if ((x->cell_at = rep_arena_alloc(a, (x->history.cells_n + 1) * sizeof *x->cell_at)) ==
	    NULL)
		return too_small(err);
	for (size_t i = 0; i < v->cells_n; i++)
		if (v->cells[i].place < x->history.cells_n)
			x->cell_at[v->cells[i].place] = i;
	for (size_t p = 0; p < x->history.cells_n; p++)
		n += p == 0 ||
		    v->cells[x->cell_at[p]].key.label != v->cells[x->cell_at[p - 1]].key.label;
	if ((x->labels = rep_arena_alloc(a, (n + 1) * sizeof *x->labels)) == NULL)
		return too_small(err);
	x->first_s = INT64_MAX;
	x->everybody = (struct rep_label_cells){ .label = REP_ANY_LABEL, .n = x->history.cells_n };
	for (size_t p = 0; p < x->history.cells_n; p++) {
		const struct rep_cell *c = &v->cells[x->cell_at[p]];
		struct rep_label_cells *l;

		if (x->labels_n == 0 || x->labels[x->labels_n - 1].label != c->key.label)
			x->labels[x->labels_n++] = (struct rep_label_cells){
				.label = c->key.label, .first = p, .first_s = INT64_MAX
			};
		l = &x->labels[x->labels_n - 1];
		l->n++;
		if (c->first_s < l->first_s)
			l->first_s = c->first_s;
		if (c->first_s < x->first_s)
			x->first_s = c->first_s;
	}
	rc = index_providers(v, a, err);
	return rc == REP_OK ? index_addresses(v, a, err) : rc;
}
