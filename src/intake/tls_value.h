/*
 * intake/tls_value.h -- values of a TLS report, whatever type they have there, and what is wrong with them.
 *
 * Only for tls_report.c. `o` may be NULL: then nothing is there, and nothing more is noted than that what is around it is
 * missing. Pure. Texts are copied into the arena.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_INTAKE_TLS_VALUE_H
#define REP_INTAKE_TLS_VALUE_H

#include "fact/tls_report.h"
#include "intake/faults.h"

#include <jansson.h>

enum { REP_TLS_VALUE = 4096 /* Judgement: bytes of a text; real ones have at most some hundred */ };

struct rep_tls_values {
	struct rep_arena *a;
	struct rep_faults *f;
	char path[REP_NOTE_SHOWN]; /* of the object that is read: "policies[0].summary." */
	size_t path_n;
};

/* Adds "name[i]." to the path. rep_tls_leave takes back what is behind the first `from` bytes. */
void rep_tls_enter(struct rep_tls_values *t, const char *name, size_t i);
void rep_tls_leave(struct rep_tls_values *t, size_t from);
/* Notes a fault of the member `name` (empty: of the object itself). */
void rep_tls_fault(
    struct rep_tls_values *t, enum rep_report_fault fault, const char *name, const char *value);

/* Whether there is such a member, in whatever case. */
bool rep_tls_has(const json_t *o, const char *name);
/* The member; when only its case is other, or '_' stands for '-', that is noted. NULL: there is none. */
const json_t *rep_tls_member(struct rep_tls_values *t, const json_t *o, const char *name);
/* An object that must be there, and then is in the path. */
const json_t *rep_tls_inner(struct rep_tls_values *t, const json_t *o, const char *name);

struct rep_str rep_tls_text(
    struct rep_tls_values *t, const json_t *o, const char *name, bool wanted);
struct rep_said rep_tls_word(
    struct rep_tls_values *t, const json_t *o, const char *name, const struct rep_word_list *list);
/* Sessions; -1: not said, or no number that can be right. */
int64_t rep_tls_count(struct rep_tls_values *t, const json_t *o, const char *name);
/* 0: not said, or not to be believed. */
int64_t rep_tls_time(struct rep_tls_values *t, const json_t *o, const char *name);
struct rep_ip rep_tls_ip(struct rep_tls_values *t, const json_t *o, const char *name, bool wanted);
/* A list of texts, or one text. `listed`: the standard has a list there. */
const struct rep_str *rep_tls_strings(
    struct rep_tls_values *t, const json_t *o, const char *name, bool listed, size_t *n);

#endif
