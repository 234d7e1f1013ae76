/* SPDX-License-Identifier: LGPL-2.1-only */
/* licence.h - the licence of a program that several are linked into */
#ifndef LICENCE_H
#define LICENCE_H

#include <stddef.h>

/*
 * The licence of one program made of `nr` parts, 1 or more, with these; or NULL
 * if two of them cannot be combined, and then *a and *b are such a pair.
 */
const char *licence_combine(const char *const *licences, size_t nr, size_t *a,
			    size_t *b);

#endif
