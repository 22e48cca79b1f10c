/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/report_twice.h"
#include "base/hash.h"

static struct rep_twice_slot *
slot_of(const struct rep_twice *t, uint64_t content)
{
	size_t at = (size_t)rep_hash_mix(content) & (t->slots_cap - 1);

	while (t->slots[at].used && t->slots[at].begin_s == t->begin_s &&
	    t->slots[at].content != content)
		at = (at + 1) & (t->slots_cap - 1);
	return &t->slots[at];
}

static bool
is_counted(const struct rep_twice *t, uint64_t content)
{
	const struct rep_twice_slot *s;

	if (t->slots_cap == 0)
		return false;
	s = slot_of(t, content);
	return s->used && s->begin_s == t->begin_s;
}

void
rep_twice_end(struct rep_twice *t)
{
	for (size_t i = 0; i < t->unsure_n; i++)
		if (t->unsure[i].in_time && !is_counted(t, t->unsure[i].content)) {
			t->unsure_reports++;
			t->unsure_messages += t->unsure[i].count;
		}
	t->unsure_n = 0;
	t->used = 0;
}

static void
at_begin(struct rep_twice *t, int64_t begin_s)
{
	if (t->begin_s == begin_s)
		return;
	rep_twice_end(t);
	t->begin_s = begin_s;
}

/* Room for one more. */
static bool
more_slots(struct rep_twice *t)
{
	struct rep_twice now = *t;

	if ((t->used + 1) * 2 <= t->slots_cap)
		return true;
	now.slots_cap = t->slots_cap == 0 ? 64 : t->slots_cap * 2;
	if ((now.slots = rep_arena_alloc(t->a, now.slots_cap * sizeof *now.slots)) == NULL)
		return false;
	for (size_t i = 0; i < t->slots_cap; i++)
		if (t->slots[i].used && t->slots[i].begin_s == t->begin_s)
			*slot_of(&now, t->slots[i].content) = t->slots[i];
	*t = now;
	return true;
}

bool
rep_twice_counted(struct rep_twice *t, const struct rep_kept_report *r)
{
	at_begin(t, r->begin_s);
	if (is_counted(t, r->content))
		return true;
	if (more_slots(t)) {
		*slot_of(t, r->content) = (struct rep_twice_slot){ r->content, t->begin_s, true };
		t->used++;
	}
	return false;
}

void
rep_twice_unsure(struct rep_twice *t, const struct rep_kept_report *r, bool in_time)
{
	struct rep_twice_unsure *more;
	size_t cap = t->unsure_cap == 0 ? 64 : t->unsure_cap * 2;

	at_begin(t, r->begin_s);
	if (t->unsure_n == t->unsure_cap) {
		if ((more = rep_arena_alloc(t->a, cap * sizeof *more)) == NULL) {
			t->unsure_reports += in_time;
			t->unsure_messages += in_time ? r->count : 0;
			return;
		}
		if (t->unsure_n > 0)
			memcpy(more, t->unsure, t->unsure_n * sizeof *more);
		t->unsure = more;
		t->unsure_cap = cap;
	}
	t->unsure[t->unsure_n++] = (struct rep_twice_unsure){ r->content, r->count, in_time };
}
