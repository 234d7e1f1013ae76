/* SPDX-License-Identifier: LGPL-2.1-only */
/* licence.h - the licence of a program that is made of several */
#ifndef LICENCE_H
#define LICENCE_H

#include <stdbool.h>
#include <stddef.h>

/* Whether the kernel takes it for the GPL. */
bool licence_is_gpl(const char *licence);
/*
 * The licence of one program made of parts with these, each as the kernel reads
 * it from an object's section "license": one of them, or "GPL"; "" for no
 * parts.  NULL if two cannot be combined; then *a < *b are the indices of such
 * a pair, which else stay as they are.
 */
const char *licence_combine(const char *const *licences, size_t nr, size_t *a,
			    size_t *b);

#endif
