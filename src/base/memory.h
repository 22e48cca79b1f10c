/*
 * base/memory.h -- whether memory ran out in this process.
 *
 * An arena or a buffer that gets no memory says so (NULL, full). But a page is made of many small
 * pieces that are not checked one by one, so a missing piece would not be noticed. It is noted here
 * instead, and the end of a piece of work asks once: the store before it commits, main before it
 * reports success. An arena or a buffer that has reached its own maximum does not count.
 *
 * The answer never becomes false again. One thread allocates, so there is no lock.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_BASE_MEMORY_H
#define REP_BASE_MEMORY_H

#include <stdbool.h>

bool rep_memory_ran_out(void);
void rep_memory_note(void); /* an allocation failed: arenas, buffers, SQLite */

#endif
