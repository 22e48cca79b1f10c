/* SPDX-License-Identifier: Apache-2.0 */
#include "store/rollup.h"

#include "base/buf.h"
#include "base/hash.h"

#include <assert.h>
#include <stdlib.h>

enum {
	FIRST_CELLS = 512,
	HOUR_S = 3600,
	MINUTE_S = 60,
	PACKED = 1,		  /* first byte of a row: how it is packed */
	CELL_BYTES_MAX = 51,	  /* of a packed cell: the byte for its fields, ten numbers */
	ROW_BYTES_MAX = 64 << 20, /* of a row: more cells than one label can have in a day */
	SPREAD_BITS = 5,	  /* bits of `part`, see place_of */
	PART_BITS = 30
};

/*
 * REP_CELL_KIND: status | stage << 4 | class << 8 | evidence << 16 | certain << 17 | scope << 18 |
 * quoted << 22. Rows of databases before version 5 end at `certain`.
 */
enum { SCOPE_AT = 18, QUOTED_AT = 22, KIND_BITS = 23, KIND_SORTED = (1 << SCOPE_AT) - 1 };

static_assert((int)REP_SCOPE_N <= 1 << (QUOTED_AT - SCOPE_AT), "a scope has four bits");

static const int64_t year_10000 = INT64_C(253402300800);
static const uint32_t length_s[REP_LEVEL_N] = { MINUTE_S, HOUR_S, REP_DAY_S };

static_assert(offsetof(struct rep_count, count) == 40, "the key of a cell has no holes");

void
rep_cells_fini(struct rep_cells *c)
{
	free(c->v);
	free(c->sorted);
	free(c->slot);
	*c = (struct rep_cells){ 0 };
}

void
rep_cells_clear(struct rep_cells *c)
{
	if (c->n > 0)
		memset(c->slot, 0, c->nslot * sizeof *c->slot);
	c->n = 0;
}

static uint64_t
hash(const struct rep_count *cell)
{
	uint64_t h = UINT64_C(0x9e3779b97f4a7c15), w[5];

	memcpy(w, cell, sizeof w);
	for (size_t i = 0; i < REP_COUNT(w); i++) {
		h = (h ^ w[i]) * UINT64_C(0x9fb21c651e98df25);
		h ^= h >> 32;
	}
	return h;
}

static uint64_t
slot_of(uint64_t h, uint32_t at)
{
	return (h & ~(uint64_t)UINT32_MAX) | (at + 1);
}

static void
place(struct rep_cells *c, uint32_t at)
{
	uint64_t h = hash(&c->v[at]);
	uint32_t mask = c->nslot - 1, i = (uint32_t)h & mask;

	while (c->slot[i] != 0)
		i = (i + 1) & mask;
	c->slot[i] = slot_of(h, at);
}

static bool
grow(struct rep_cells *c)
{
	uint32_t cap = c->cap == 0 ? FIRST_CELLS : c->cap * 2;
	struct rep_count *v = realloc(c->v, cap * sizeof *v);
	struct rep_cell_place *sorted;
	uint64_t *slot;

	if (v == NULL)
		return false;
	c->v = v;
	free(c->sorted);
	c->sorted = sorted = malloc((cap + cap / 2) * sizeof *sorted);
	if (sorted == NULL)
		return false;
	if ((slot = calloc((size_t)cap * 2, sizeof *slot)) == NULL)
		return false;
	free(c->slot);
	c->slot = slot;
	c->cap = cap;
	c->nslot = cap * 2;
	for (uint32_t i = 0; i < c->n; i++)
		place(c, i);
	return true;
}

static bool
same_key(const struct rep_count *a, const struct rep_count *b)
{
	return memcmp(a, b, offsetof(struct rep_count, count)) == 0;
}

static void
join(struct rep_count *into, const struct rep_count *from)
{
	into->count =
	    from->count > UINT32_MAX - into->count ? UINT32_MAX : into->count + from->count;
	if (from->first < into->first)
		into->first = from->first;
	if (from->last > into->last)
		into->last = from->last;
}

bool
rep_cells_count(struct rep_cells *c, const struct rep_count *one)
{
	uint64_t h = hash(one);
	uint32_t mask, i;

	if (c->n == c->cap && !grow(c))
		return false;
	mask = c->nslot - 1;
	for (i = (uint32_t)h & mask; c->slot[i] != 0; i = (i + 1) & mask) {
		struct rep_count *cell = &c->v[(uint32_t)c->slot[i] - 1];

		if ((c->slot[i] ^ h) >> 32 == 0 && same_key(cell, one)) {
			join(cell, one);
			return true;
		}
	}
	c->v[c->n] = *one;
	c->slot[i] = slot_of(h, c->n++);
	return true;
}

struct rep_count *
rep_cells_find(const struct rep_cells *c, const struct rep_count *key)
{
	uint64_t h = hash(key);
	uint32_t mask = c->nslot - 1;

	for (uint32_t i = (uint32_t)h & mask; c->n > 0 && c->slot[i] != 0; i = (i + 1) & mask) {
		struct rep_count *cell = &c->v[(uint32_t)c->slot[i] - 1];

		if ((c->slot[i] ^ h) >> 32 == 0 && same_key(cell, key))
			return cell;
	}
	return NULL;
}

enum rep_rc
rep_cells_add(
    struct rep_cells *c, const struct rep_observation *o, int64_t at_s, struct rep_err *err)
{
	struct rep_count one = { .level = REP_LEVEL_HOUR,
		.field = { [REP_CELL_LABEL] = o->label,
		    [REP_CELL_ROUTE] = o->route,
		    [REP_CELL_PROVIDER] = o->provider,
		    [REP_CELL_PROVIDER_DOMAIN] = o->provider_domain,
		    [REP_CELL_STREAM] = o->stream,
		    [REP_CELL_RULE] = o->rule,
		    [REP_CELL_KIND] = (uint32_t)o->status | (uint32_t)o->stage << 4 |
			(uint32_t)o->class << 8 | (uint32_t)o->evidence << 16 |
			(uint32_t)o->certain << 17 | (uint32_t)o->scope << SCOPE_AT |
			(uint32_t)o->quoted << QUOTED_AT },
		.count = 1 };

	one.first = one.last = (uint32_t)(at_s % HOUR_S);
	one.from_s = at_s - one.first;
	if (!rep_cells_count(c, &one))
		return rep_fail(err, REP_EMEM, "out of memory for rollups");
	one.level = REP_LEVEL_MINUTE;
	one.field[REP_CELL_STREAM] = 0;
	one.first = one.last = (uint32_t)(at_s % MINUTE_S);
	one.from_s = at_s - one.first;
	if (!rep_cells_count(c, &one))
		return rep_fail(err, REP_EMEM, "out of memory for rollups");
	return REP_OK;
}

/* --- rows: where a cell goes, and in which order ---------------------------------------------- */

/*
 * The row of a cell is given by level, bucket and part. A part has the cells of one label. A label
 * can have many cells in an hour or a day (streams, domains that refuse), and their rows are
 * written again at each commit. So these cells are spread over several parts, by provider. Of all
 * labels together a provider has few cells, and part 0 has them all, but for domains. In a row
 * the cells are ordered by `within`, then by their fields. What KIND got in version 5 is not in
 * `within`, so that older rows keep their order.
 */
static uint64_t
spread_of(uint32_t level, uint32_t provider, uint32_t domain)
{
	return level == REP_LEVEL_MINUTE
	    ? 0
	    : rep_hash_mix((uint64_t)provider << 32 | domain) & ((1 << SPREAD_BITS) - 1);
}

static uint64_t
part_of(uint32_t label, uint64_t spread)
{
	return ((uint64_t)label << SPREAD_BITS | spread) & ((1 << PART_BITS) - 1);
}

static struct rep_cell_place
place_of(const struct rep_count *cell, uint32_t of)
{
	const uint32_t *f = cell->field;
	bool whole = of == REP_CELLS_ALL && f[REP_CELL_PROVIDER_DOMAIN] == 0;
	uint64_t part = part_of(f[REP_CELL_LABEL],
	    whole ? 0 : spread_of(cell->level, f[REP_CELL_PROVIDER], f[REP_CELL_PROVIDER_DOMAIN]));

	return (struct rep_cell_place){ (uint64_t)cell->level << 62 |
		    (uint64_t)(cell->from_s / MINUTE_S) << PART_BITS | part,
		(uint64_t)(f[REP_CELL_PROVIDER] & 0xffff) << 48 |
		    (uint64_t)(f[REP_CELL_KIND] & KIND_SORTED) << 30 |
		    (f[REP_CELL_RULE] & 0x3fff) << 16 | (f[REP_CELL_STREAM] & 0xffff),
		cell };
}

static int
compare(const struct rep_cell_place *a, const struct rep_cell_place *b)
{
	if (a->within != b->within)
		return a->within < b->within ? -1 : 1;
	for (int i = 0; i < REP_CELL_FIELDS; i++)
		if (a->cell->field[i] != b->cell->field[i])
			return a->cell->field[i] < b->cell->field[i] ? -1 : 1;
	return 0;
}

static inline bool
before(const struct rep_cell_place *a, const struct rep_cell_place *b)
{
	return a->row != b->row ? a->row < b->row : compare(a, b) < 0;
}

/* Merge sort like qsort, but without a call for each comparison. spare has room for half of it. */
static void
sort(struct rep_cell_place *v, size_t n, struct rep_cell_place *spare)
{
	size_t half = n / 2, left = 0, right = half, at = 0;

	if (n <= 8) {
		for (size_t i = 1; i < n; i++) {
			struct rep_cell_place one = v[i];
			size_t k = i;

			for (; k > 0 && before(&one, &v[k - 1]); k--)
				v[k] = v[k - 1];
			v[k] = one;
		}
		return;
	}
	sort(v, half, spare);
	sort(v + half, n - half, spare);
	if (!before(&v[half], &v[half - 1]))
		return;
	memcpy(spare, v, half * sizeof *v);
	while (left < half && right < n)
		v[at++] = before(&v[right], &spare[left]) ? v[right++] : spare[left++];
	memcpy(v + at, spare + left, (half - left) * sizeof *v);
}

/* --- rows: packing --------------------------------------------------------------------------- */

/*
 * A row is the byte PACKED and then its cells. A cell is a byte with a bit (1 << field) for each
 * field that differs from the cell before (from 0 in the first cell), then those fields, then
 * count, first, and last - first. A number has 7 bits in a byte, least significant first; 128 is
 * set on all bytes but the last.
 */
struct packing {
	struct rep_buf bytes;
	uint32_t before[REP_CELL_FIELDS];
};

static unsigned char *
pack_number(unsigned char *p, uint32_t v)
{
	for (; v >= 128; v >>= 7)
		*p++ = (unsigned char)(v | 128);
	*p++ = (unsigned char)v;
	return p;
}

static void
pack_start(struct packing *to)
{
	rep_buf_clear(&to->bytes);
	rep_buf_addc(&to->bytes, PACKED);
	memset(to->before, 0, sizeof to->before);
}

static void
pack(struct packing *to, const struct rep_count *cell)
{
	unsigned char one[CELL_BYTES_MAX], *p = one + 1;
	unsigned differ = 0;

	for (int i = 0; i < REP_CELL_FIELDS; i++)
		if (cell->field[i] != to->before[i]) {
			differ |= 1u << i;
			p = pack_number(p, to->before[i] = cell->field[i]);
		}
	one[0] = (unsigned char)differ;
	p = pack_number(p, cell->count);
	p = pack_number(p, cell->first);
	p = pack_number(p, cell->last - cell->first);
	rep_buf_add(&to->bytes, (struct rep_str){ (const char *)one, (size_t)(p - one) });
}

struct unpacking {
	const unsigned char *p, *end;
	struct rep_count cell; /* the last one; only its level and from_s are valid before it */
	struct rep_cell_place place; /* its place */
	bool begun, damaged;
};

/* A number above UINT32_MAX means that there is none. */
static uint64_t
unpack_number(struct unpacking *from)
{
	uint64_t v = 0;

	for (unsigned shift = 0; shift < 35 && from->p < from->end; shift += 7) {
		v |= (uint64_t)(*from->p & 127) << shift;
		if (*from->p++ < 128)
			return v;
	}
	return UINT64_MAX;
}

static struct unpacking
unpack_start(enum rep_level level, int64_t from_s, struct rep_str row)
{
	const unsigned char *p = (const unsigned char *)row.p;
	struct unpacking from = { .end = p + row.n, .cell = { .from_s = from_s, .level = level } };

	from.damaged = row.n < 2 || p[0] != PACKED || from_s < 0 || from_s >= year_10000 ||
	    from_s % length_s[level] != 0;
	from.p = from.damaged ? from.end : p + 1;
	return from;
}

/* Words beyond those that there are would be read past the end of tables. */
static bool
kind_valid(uint32_t kind)
{
	return kind >> KIND_BITS == 0 && (kind & 15) < REP_STATUS_N &&
	    (kind >> 4 & 15) < REP_STAGE_N && (kind >> 8 & 255) < REP_CLASS_N &&
	    (kind >> SCOPE_AT & 15) < REP_SCOPE_N;
}

/* The next cell. False at the end, and where the row is damaged. */
static bool
unpack(struct unpacking *from)
{
	struct rep_count was = from->cell;
	struct rep_cell_place place = { 0, from->place.within, &was };
	uint64_t count, first, span, bad = 0;
	unsigned differ;

	if (from->p == from->end)
		return false;
	differ = *from->p++;
	for (int i = 0; i < REP_CELL_FIELDS; i++)
		if (differ & 1u << i) {
			uint64_t v = unpack_number(from);

			bad |= v >> 32;
			from->cell.field[i] = (uint32_t)v;
		}
	count = unpack_number(from);
	first = unpack_number(from);
	span = unpack_number(from);
	bad |=
	    differ >> REP_CELL_FIELDS | count >> 32 | !kind_valid(from->cell.field[REP_CELL_KIND]);
	if (bad != 0 || count == 0 || first >= length_s[was.level] ||
	    span >= length_s[was.level] - first) {
		from->damaged = true;
		from->p = from->end;
		return false;
	}
	from->cell.count = (uint32_t)count;
	from->cell.first = (uint32_t)first;
	from->cell.last = (uint32_t)(first + span);
	from->place = place_of(&from->cell, 0); /* its order in a row is the same everywhere */
	/* cells out of order could not be merged */
	if (from->begun && compare(&place, &from->place) >= 0) {
		from->damaged = true;
		from->p = from->end;
		return false;
	}
	return from->begun = true;
}

static enum rep_rc
damaged(enum rep_level level, int64_t from_s, struct rep_err *err)
{
	static const char *const of[] = { "minute", "hour", "day" };

	return rep_fail(err, REP_EIO,
	    "the database is damaged (counts of the %s %lld); rebuild it from the logs: reputed "
	    "store rebuild PATH...",
	    of[level], (long long)from_s);
}

/* --- flushing -------------------------------------------------------------------------------- */

/* The new cells of one row, in its order. */
struct merging {
	const struct rep_cell_place *v, *end;
	struct packing *to;
	struct rep_err *err;
};

/* Adds the new cells with this key, which come next. In days there are several. */
static void
join_new(struct merging *m, struct rep_count *cell)
{
	for (; m->v < m->end && same_key(m->v->cell, cell); m->v++)
		join(cell, m->v->cell);
}

static void
pack_new(struct merging *m)
{
	struct rep_count cell = *m->v++->cell;

	join_new(m, &cell);
	pack(m->to, &cell);
}

/* Merges the row of the back end with the new cells. */
static enum rep_rc
on_row(void *ctx, int64_t from_s, struct rep_str row)
{
	struct merging *m = ctx;
	enum rep_level level = (enum rep_level)m->v->cell->level;
	struct unpacking old = unpack_start(level, from_s, row);

	for (bool more = unpack(&old); more; more = unpack(&old)) {
		int d = -1;

		while (m->v < m->end && (d = compare(m->v, &old.place)) < 0)
			pack_new(m);
		if (m->v < m->end && d == 0)
			join_new(m, &old.cell);
		pack(m->to, &old.cell);
	}
	return old.damaged ? damaged(level, from_s, m->err) : REP_OK;
}

/* Writes the cells from v to end, which all belong to one row, to the back end. */
static enum rep_rc
put_row(struct rep_backend *b, uint32_t of, const struct rep_cell_place *v,
    const struct rep_cell_place *end, struct packing *to, struct rep_err *err)
{
	struct merging m = { v, end, to, err };
	uint32_t table = of + v->cell->level, part = (uint32_t)(v->row & ((1 << PART_BITS) - 1));
	enum rep_rc rc;

	pack_start(to);
	rc = b->ops->cells_get(b, table, v->cell->from_s, part, on_row, &m, err);
	if (rc != REP_OK)
		return rc;
	while (m.v < m.end)
		pack_new(&m);
	if (to->bytes.full)
		return rep_fail(err, REP_ELIMIT,
		    "the counts of one label and day are larger than 64 MiB, or memory ran out");
	return b->ops->cells_put(b, table, v->cell->from_s, part, rep_buf_str(&to->bytes), err);
}

/* Writes all cells, row by row. of: 0, or REP_CELLS_ALL. */
static enum rep_rc
put_all(struct rep_cells *c, uint32_t of, struct rep_backend *b, int64_t newest_s,
    struct packing *to, struct rep_err *err)
{
	const int64_t oldest_s[REP_LEVEL_N] = { newest_s - REP_MINUTE_KEEP_S,
		newest_s - REP_HOUR_KEEP_S, INT64_MIN };
	const struct rep_cell_place *end = c->sorted, *last = c->sorted, *first;
	enum rep_rc rc = REP_OK;

	for (uint32_t i = 0; i < c->n; i++)
		if (c->v[i].from_s >= oldest_s[c->v[i].level])
			c->sorted[last++ - c->sorted] = place_of(&c->v[i], of);
	sort(c->sorted, (size_t)(last - c->sorted), c->sorted + c->cap);
	for (first = end; first < last && rc == REP_OK; first = end) {
		while (end < last && end->row == first->row)
			end++;
		rc = put_row(b, of, first, end, to, err);
	}
	return rc;
}

/* Hours become days. Minutes are removed. */
static void
to_days(struct rep_cells *c)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < c->n; i++) {
		struct rep_count day = c->v[i];
		uint32_t into_day;

		if (day.level != REP_LEVEL_HOUR)
			continue;
		into_day = (uint32_t)(day.from_s % REP_DAY_S);
		day.level = REP_LEVEL_DAY;
		day.from_s -= into_day;
		day.first += into_day;
		day.last += into_day;
		c->v[n++] = day;
	}
	c->n = n;
}

/* Writes minutes, hours and days. Afterwards c has only the days. */
static enum rep_rc
put_levels(struct rep_cells *c, uint32_t of, struct rep_backend *b, int64_t newest_s,
    struct packing *to, struct rep_err *err)
{
	enum rep_rc rc = put_all(c, of, b, newest_s, to, err);

	if (rc != REP_OK)
		return rc;
	to_days(c);
	return put_all(c, of, b, newest_s, to, err);
}

enum rep_rc
rep_cells_flush(struct rep_cells *c, struct rep_backend *b, int64_t newest_s, struct rep_err *err)
{
	struct rep_cells all = { 0 };
	struct packing to;
	enum rep_rc rc;

	if (c->n == 0)
		return REP_OK;
	rep_buf_init(&to.bytes, ROW_BYTES_MAX);
	if (!rep_cells_together(&all, c))
		rc = rep_fail(err, REP_EMEM, "out of memory for rollups");
	else if ((rc = put_levels(c, 0, b, newest_s, &to, err)) == REP_OK)
		rc = put_levels(&all, REP_CELLS_ALL, b, newest_s, &to, err);
	if (rc == REP_OK) {
		memset(c->slot, 0, c->nslot * sizeof *c->slot);
		c->n = 0;
	}
	rep_cells_fini(&all);
	rep_buf_fini(&to.bytes);
	return rc;
}

enum rep_rc
rep_cells_put(struct rep_cells *c, uint32_t of, struct rep_backend *b, struct rep_err *err)
{
	struct packing to;
	enum rep_rc rc;

	rep_buf_init(&to.bytes, ROW_BYTES_MAX);
	rc = put_all(c, of, b, INT64_MIN / 2, &to, err);
	rep_buf_fini(&to.bytes);
	return rc;
}

/* --- reading: one from_s after the other, each sorted in the order of the struct ------------ */

struct cell_read {
	struct rep_observation *v; /* owned; all have the same from_s */
	size_t n, cap;
	enum rep_level level;
	rep_observation_fn fn;
	void *ctx;
	struct rep_err *err;
};

static int
by_fields(const void *a, const void *b)
{
	const struct rep_observation *x = a, *y = b;

#define BY(field)                 \
	if (x->field != y->field) \
	return x->field < y->field ? -1 : 1
	BY(first_s);
	BY(last_s);
	BY(label);
	BY(route);
	BY(provider);
	BY(provider_domain);
	BY(stream);
	BY(rule);
	BY(status);
	BY(class);
	BY(stage);
	BY(evidence);
	BY(certain);
	BY(scope);
	BY(quoted);
#undef BY
	return 0;
}

static enum rep_rc
hand_out(struct cell_read *r)
{
	enum rep_rc rc = REP_OK;

	qsort(r->v, r->n, sizeof *r->v, by_fields);
	for (size_t i = 0; i < r->n && rc == REP_OK; i++)
		rc = r->fn(r->ctx, &r->v[i]);
	r->n = 0;
	return rc;
}

static bool
add_observation(struct cell_read *r, const struct rep_count *cell)
{
	const uint32_t *f = cell->field, kind = f[REP_CELL_KIND];

	if (r->n == r->cap) {
		size_t cap = r->cap == 0 ? 256 : r->cap * 2;
		struct rep_observation *v = realloc(r->v, cap * sizeof *v);

		if (v == NULL)
			return false;
		r->v = v;
		r->cap = cap;
	}
	r->v[r->n++] = (struct rep_observation){ .from_s = cell->from_s,
		.first_s = cell->from_s + cell->first,
		.last_s = cell->from_s + cell->last,
		.label = f[REP_CELL_LABEL],
		.route = f[REP_CELL_ROUTE],
		.provider = f[REP_CELL_PROVIDER],
		.provider_domain = f[REP_CELL_PROVIDER_DOMAIN],
		.stream = f[REP_CELL_STREAM],
		.rule = f[REP_CELL_RULE],
		.status = kind & 15,
		.stage = kind >> 4 & 15,
		.class = kind >> 8 & 255,
		.evidence = kind >> 16 & 1,
		.certain = kind >> 17 & 1,
		.scope = kind >> SCOPE_AT & 15,
		.quoted = kind >> QUOTED_AT & 1,
		.count = cell->count };
	return true;
}

static enum rep_rc
on_packed(void *ctx, int64_t from_s, struct rep_str row)
{
	struct cell_read *r = ctx;
	struct unpacking from = unpack_start(r->level, from_s, row);
	enum rep_rc rc;

	if (r->n > 0 && r->v[0].from_s != from_s && (rc = hand_out(r)) != REP_OK)
		return rc;
	while (unpack(&from))
		if (!add_observation(r, &from.cell))
			return rep_fail(r->err, REP_EMEM, "out of memory for observations");
	return from.damaged ? damaged(r->level, from_s, r->err) : REP_OK;
}

enum rep_rc
rep_cells_read(struct rep_backend *b, uint32_t of, enum rep_level level, int64_t from_s,
    int64_t until_s, rep_observation_fn fn, void *ctx, struct rep_err *err)
{
	struct cell_read r = { .level = level, .fn = fn, .ctx = ctx, .err = err };
	enum rep_rc rc =
	    b->ops->cells(b, of + (uint32_t)level, from_s, until_s, on_packed, &r, err);

	if (rc == REP_OK && r.n > 0)
		rc = hand_out(&r);
	free(r.v);
	return rc;
}

/* The parts of a label that may have what is asked for: all, or the one of a provider. */
static uint64_t
spreads(enum rep_level level, const struct rep_observed *of, uint64_t *first)
{
	*first = of->provider != 0 ? spread_of((uint32_t)level, of->provider, 0) : 0;
	return level == REP_LEVEL_MINUTE || of->provider != 0 ? 1 : 1 << SPREAD_BITS;
}

uint64_t
rep_cells_searches(
    enum rep_level level, int64_t from_s, int64_t until_s, const struct rep_observed *of)
{
	return until_s <= from_s
	    ? 0
	    : (uint64_t)((until_s - from_s) / length_s[level] + 1) * of->labels_n;
}

enum rep_rc
rep_cells_read_of(struct rep_backend *b, enum rep_level level, int64_t from_s, int64_t until_s,
    const struct rep_observed *of, rep_observation_fn fn, void *ctx, struct rep_err *err)
{
	struct cell_read r = { .level = level, .fn = fn, .ctx = ctx, .err = err };
	int64_t step = length_s[level];
	uint64_t first, n = spreads(level, of, &first);
	enum rep_rc rc = REP_OK;

	from_s += (step - from_s % step) % step;
	for (int64_t at_s = from_s; at_s < until_s && rc == REP_OK; at_s += step)
		for (size_t i = 0; i < of->labels_n && rc == REP_OK; i++)
			rc = b->ops->cells_of(b, level, at_s,
			    (uint32_t)part_of(of->labels[i], first), (uint32_t)n, on_packed, &r,
			    err);
	if (rc == REP_OK && r.n > 0)
		rc = hand_out(&r);
	free(r.v);
	return rc;
}

enum rep_rc
rep_cells_each(enum rep_level level, int64_t from_s, struct rep_str row, rep_count_fn fn, void *ctx,
    struct rep_err *err)
{
	struct unpacking from = unpack_start(level, from_s, row);
	enum rep_rc rc = REP_OK;

	while (rc == REP_OK && unpack(&from))
		rc = fn(ctx, &from.cell);
	return rc == REP_OK && from.damaged ? damaged(level, from_s, err) : rc;
}

bool
rep_cells_valid(
    enum rep_level level, int64_t from_s, struct rep_str row, uint32_t names_n, uint64_t *sum)
{
	struct unpacking from = unpack_start(level, from_s, row);
	bool named = true;

	while (unpack(&from)) {
		for (int i = 0; i < REP_CELL_KIND; i++)
			named = named && from.cell.field[i] < names_n;
		/* a notice of delay and words without a recipient are no delivery */
		if ((from.cell.field[REP_CELL_KIND] & 15) != REP_STATUS_DELAYED)
			*sum += from.cell.count;
	}
	return named && !from.damaged;
}
