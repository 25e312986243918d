/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * XML documents as read-only trees: XML-RPC, xapi's database files, topologies. The only user of libxml2.
 *
 * Taken: one document in UTF-8 (a declared encoding is ignored), comments, CDATA, the predefined entities
 * and character references. Refused: any DTD and with it every other entity, NUL bytes, more than
 * XPT_XML_MAX_BYTES or XPT_XML_MAX_NODES, more elements in each other than the caller allows. Nothing
 * is fetched and nothing is printed. Text of blanks, tabs and line feeds only is dropped, as xapi's
 * parser does; other text is kept as it is. Namespaces mean nothing here: "a:b" is a name.
 * Source: XML 1.0, fifth edition; xen-api ocaml/libs/xml-light2/xml.ml.
 */
#ifndef XPT_CODEC_XML_H
#define XPT_CODEC_XML_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

#define XPT_XML_MAX_BYTES (256u << 20)
#define XPT_XML_MAX_NODES (8u << 20)

struct xpt_xml_attr {
	const char *name;
	const char *value;
};

/* An element, or text between two tags. All strings and nodes belong to the document. */
struct xpt_xml_node {
	const char *name;           /* NULL: this is text */
	const char *text;           /* NULL: this is an element */
	struct xpt_xml_attr *attrs; /* in document order */
	struct xpt_xml_node *child; /* the first, NULL when there is none */
	struct xpt_xml_node *next;  /* the next one below the same parent */
	unsigned n_attrs;
	unsigned line; /* where it begins, from 1 */
};

struct xpt_xml;

/*
 * Read a document. max_depth counts elements, the outermost included. The caller frees *ret with xpt_xml_free.
 * XPT_MALFORMED (-EINVAL, -EFBIG when a limit was passed) says the line and what is wrong there.
 */
int xpt_xml_parse(const char *bytes, size_t len, unsigned max_depth, struct xpt_xml **ret,
		  struct xpt_err *err);
void xpt_xml_free(struct xpt_xml *doc);
void xpt_xml_freep(struct xpt_xml **doc);
#define XPT_XML XPT_CLEANUP(xpt_xml_freep) struct xpt_xml

const struct xpt_xml_node *xpt_xml_root(const struct xpt_xml *doc);

/* Asking a NULL node gives NULL or false. */
bool xpt_xml_is(const struct xpt_xml_node *node, const char *name); /* an element of that name? */
/* The text of an element without elements in it, "" when it is empty, NULL when it has elements. */
const char *xpt_xml_text(const struct xpt_xml_node *element);
const char *xpt_xml_attr(const struct xpt_xml_node *element, const char *name);
/* The first element of that name (NULL: of any name) below element. */
const struct xpt_xml_node *xpt_xml_child(const struct xpt_xml_node *element, const char *name);
/* The next one of that name (NULL: of any name) after node, below the same parent. */
const struct xpt_xml_node *xpt_xml_next(const struct xpt_xml_node *node, const char *name);

#endif
