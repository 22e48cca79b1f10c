/* SPDX-License-Identifier: Apache-2.0 */
#include "intake/faults.h"

static size_t
past_digits(struct rep_str s, size_t i)
{
	while (i < s.n && rep_digit(s.p[i]))
		i++;
	return i;
}

/* Whether two paths are the same but for the numbers in brackets. */
static bool
same_element(struct rep_str a, struct rep_str b)
{
	size_t i = 0, k = 0;

	while (i < a.n && k < b.n && a.p[i] == b.p[k]) {
		bool index = a.p[i] == '[';

		i++;
		k++;
		if (index) {
			i = past_digits(a, i);
			k = past_digits(b, k);
		}
	}
	return i == a.n && k == b.n;
}

/* A copy; nothing when there is no room. */
static struct rep_str
keep(struct rep_faults *f, struct rep_str s)
{
	struct rep_str copy = s.n > 0 ? rep_arena_dup(f->arena, s) : (struct rep_str){ "", 0 };

	if (copy.p == NULL)
		copy = (struct rep_str){ "", 0 };
	return copy;
}

void
rep_fault_add(struct rep_faults *f, enum rep_report_fault fault, struct rep_str element,
    struct rep_str value, uint64_t offset)
{
	struct rep_report_note *p;

	element = rep_str_cut(element, REP_NOTE_SHOWN);
	value = rep_str_cut(value, REP_NOTE_SHOWN);
	for (size_t i = 0; i < f->n; i++) {
		p = &f->v[i];
		if (p->fault == fault && same_element(p->element, element) &&
		    (fault != REP_FAULT_WORD || rep_str_eq(p->value, value))) {
			p->times++;
			return;
		}
	}
	if (f->n == REP_NOTES_MAX) {
		f->left++;
		return;
	}
	p = &f->v[f->n++];
	p->fault = fault;
	p->element = keep(f, element);
	p->value = keep(f, value);
	p->offset = offset;
	p->times = 1;
}
