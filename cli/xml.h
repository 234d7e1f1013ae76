/* SPDX-License-Identifier: GPL-2.0-only */
/* xml.h - text within XML and HTML */
#ifndef XML_H
#define XML_H

#include <stdio.h>

/* Prints a line of text, clean, and such that it is nothing but text, also in
 * an attribute's double quotes. */
void xml_line(FILE *file, const char *text, size_t length);
/* Prints lines of text. */
void xml_lines(FILE *file, const char *text);
/* Prints an attribute with a blank before it. */
void xml_attribute(FILE *file, const char *name, const char *text);

#endif
