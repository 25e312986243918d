/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "codec/xml.h"

#include <errno.h>
#include <limits.h>
#include <string.h>
#include <libxml/parser.h>

#include "base/str.h"

#define CHUNK_SIZE (64u << 10)
#define MESSAGE_SIZE 200

#if LIBXML_VERSION >= 21200
typedef const xmlError *xml_error;
#else
typedef xmlErrorPtr xml_error;
#endif

/* Nodes and strings lie in chunks that are freed together. */
struct chunk {
	struct chunk *next;
	size_t used, size;
	char data[];
};

struct xpt_xml {
	struct chunk *chunks;
	xmlDict *names; /* owns the names without a prefix */
	struct xpt_xml_node *root;
};

/* What the callbacks share; hangs on the parser's context. */
struct parse {
	struct xpt_xml *doc;
	struct xpt_xml_node ***tails; /* per open element: where its next child goes */
	unsigned depth, max_depth;
	size_t n_nodes;
	struct xpt_str run; /* text since the last tag */
	unsigned run_line;
	char *why; /* the first error, NULL so far */
	unsigned why_line;
	int errnum;
};

/* ---- memory ---- */

static void *take(struct xpt_xml *doc, size_t size)
{
	struct chunk *c = doc->chunks;
	void *p;

	size = (size + sizeof(void *) - 1) & ~(sizeof(void *) - 1);
	if (!c || c->size - c->used < size) {
		size_t room = size > CHUNK_SIZE ? size : CHUNK_SIZE;

		c = xpt_alloc(sizeof(*c) + room);
		c->size = room;
		c->next = doc->chunks;
		doc->chunks = c;
	}
	p = c->data + c->used;
	c->used += size;
	return p;
}

static char *take_string(struct xpt_xml *doc, const void *bytes, size_t n)
{
	char *s = take(doc, n + 1);

	memcpy(s, bytes, n);
	s[n] = '\0';
	return s;
}

void xpt_xml_free(struct xpt_xml *doc)
{
	if (!doc)
		return;
	while (doc->chunks) {
		struct chunk *c = doc->chunks;

		doc->chunks = c->next;
		free(c);
	}
	xmlDictFree(doc->names);
	free(doc);
}

void xpt_xml_freep(struct xpt_xml **doc)
{
	xpt_xml_free(*doc);
}

/* ---- callbacks ---- */

/* Remember the first error and end the parse. */
static void stop(xmlParserCtxt *ctxt, int errnum, const char *why)
{
	struct parse *p = ctxt->_private;

	if (p->why)
		return;
	p->why = xpt_clean(why, strnlen(why, MESSAGE_SIZE));
	p->why_line = ctxt->input ? (unsigned)ctxt->input->line : 0;
	p->errnum = errnum;
	xmlStopParser(ctxt);
}

static struct xpt_xml_node *add_node(xmlParserCtxt *ctxt, unsigned line)
{
	struct parse *p = ctxt->_private;
	struct xpt_xml_node *node;

	if (p->n_nodes == XPT_XML_MAX_NODES) {
		stop(ctxt, EFBIG, "too many elements");
		return NULL;
	}
	p->n_nodes++;
	node = take(p->doc, sizeof(*node));
	node->line = line;
	*p->tails[p->depth] = node;
	p->tails[p->depth] = &node->next;
	return node;
}

/* A tag ends the text before it. */
static void end_run(xmlParserCtxt *ctxt)
{
	struct parse *p = ctxt->_private;
	const char *text = xpt_str_text(&p->run);
	struct xpt_xml_node *node;

	if (text[strspn(text, " \t\n")]) {
		node = add_node(ctxt, p->run_line);
		if (node)
			node->text = take_string(p->doc, text, p->run.len);
	}
	p->run.len = 0;
	if (p->run.s)
		p->run.s[0] = '\0';
}

static const char *full_name(struct xpt_xml *doc, const xmlChar *local, const xmlChar *prefix)
{
	size_t before, after;
	char *name;

	if (!prefix)
		return (const char *)local;
	before = strlen((const char *)prefix);
	after = strlen((const char *)local);
	name = take(doc, before + 1 + after + 1);
	memcpy(name, prefix, before);
	name[before] = ':';
	memcpy(name + before + 1, local, after + 1);
	return name;
}

/* libxml2 hands over five pointers an attribute: name, prefix, URI, value, end of value. */
static struct xpt_xml_attr *copy_attrs(struct xpt_xml *doc, size_t n, const xmlChar **five)
{
	struct xpt_xml_attr *attrs = n ? take(doc, n * sizeof(*attrs)) : NULL;

	for (size_t i = 0; i < n; i++, five += 5) {
		attrs[i].name = full_name(doc, five[0], five[1]);
		attrs[i].value = take_string(doc, five[3], (size_t)(five[4] - five[3]));
	}
	return attrs;
}

static void on_start(void *ctx, const xmlChar *local, const xmlChar *prefix,
		     const xmlChar *uri XPT_UNUSED, int n_namespaces XPT_UNUSED,
		     const xmlChar **namespaces XPT_UNUSED, int n_attrs, int n_defaulted XPT_UNUSED,
		     const xmlChar **attrs)
{
	xmlParserCtxt *ctxt = ctx;
	struct parse *p = ctxt->_private;
	struct xpt_xml_node *node;

	end_run(ctxt);
	if (p->depth == p->max_depth) {
		stop(ctxt, EFBIG, "too many elements in each other");
		return;
	}
	node = add_node(ctxt, (unsigned)ctxt->input->line);
	if (!node)
		return;
	node->name = full_name(p->doc, local, prefix);
	node->n_attrs = (unsigned)n_attrs;
	node->attrs = copy_attrs(p->doc, node->n_attrs, attrs);
	p->tails[++p->depth] = &node->child;
}

static void on_end(void *ctx, const xmlChar *local XPT_UNUSED, const xmlChar *prefix XPT_UNUSED,
		   const xmlChar *uri XPT_UNUSED)
{
	xmlParserCtxt *ctxt = ctx;
	struct parse *p = ctxt->_private;

	if (p->why)
		return;
	end_run(ctxt);
	p->depth--;
}

static void on_text(void *ctx, const xmlChar *text, int len)
{
	xmlParserCtxt *ctxt = ctx;
	struct parse *p = ctxt->_private;

	if (!p->run.len)
		p->run_line = (unsigned)ctxt->input->line;
	xpt_str_addn(&p->run, text, (size_t)len);
}

static void on_doctype(void *ctx, const xmlChar *name XPT_UNUSED,
		       const xmlChar *external XPT_UNUSED, const xmlChar *system XPT_UNUSED)
{
	stop(ctx, EINVAL, "a document type declaration is not taken");
}

static xmlEntity *find_entity(void *ctx XPT_UNUSED, const xmlChar *name)
{
	return xmlGetPredefinedEntity(name);
}

static void on_error(void *ctx, xml_error e)
{
	if (e->level >= XML_ERR_ERROR && e->domain != XML_FROM_NAMESPACE && e->message) {
		XPT_FREE char *why = xpt_strndup(e->message, strcspn(e->message, "\n"));

		stop(ctx, EINVAL, why);
	}
}

static const xmlSAXHandler handler = {
	.initialized = XML_SAX2_MAGIC,
	.internalSubset = on_doctype,
	.getEntity = find_entity,
	.startElementNs = on_start,
	.endElementNs = on_end,
	.characters = on_text,
	.ignorableWhitespace = on_text,
	.cdataBlock = on_text,
	.serror = on_error,
};

/* ---- reading ---- */

/* What libxml2 would take for another encoding, and lengths it cannot count, end here. */
static int check_bytes(const char *bytes, size_t len, struct xpt_err *err)
{
	if (len > XPT_XML_MAX_BYTES)
		return xpt_err_set(err, XPT_MALFORMED, EFBIG, NULL, NULL,
				   "an XML document of %zu bytes is larger than the %u that are "
				   "taken",
				   len, XPT_XML_MAX_BYTES);
	if (!len || !strchr(" \t\r\n<", bytes[0]) || memchr(bytes, '\0', len))
		return xpt_err_set(err, XPT_MALFORMED, EINVAL, NULL, NULL,
				   len ? "not an XML document in UTF-8" : "an empty XML document");
	return 0;
}

static int run_parser(struct parse *p, const char *bytes, size_t len, struct xpt_err *err)
{
	xmlParserCtxt *ctxt = xmlNewParserCtxt();
	bool is_whole;

	if (!ctxt)
		abort();
	*ctxt->sax = handler;
	ctxt->_private = p;
	/* HUGE lifts limits of libxml2 1 MB to 10 MB that large pools reach; ours stand instead. */
	xmlCtxtReadMemory(ctxt, bytes, (int)len, NULL, NULL,
			  XML_PARSE_NONET | XML_PARSE_HUGE | XML_PARSE_IGNORE_ENC);
	is_whole = ctxt->wellFormed && !p->why;
	p->doc->names = ctxt->dict;
	xmlDictReference(p->doc->names);
	xmlFreeParserCtxt(ctxt);
	if (is_whole)
		return 0;
	return xpt_err_set(err, XPT_MALFORMED, p->errnum ? p->errnum : EINVAL, NULL, NULL,
			   "not well-formed XML: %s at line %u", p->why ? p->why : "unknown error",
			   p->why_line);
}

int xpt_xml_parse(const char *bytes, size_t len, unsigned max_depth, struct xpt_xml **ret,
		  struct xpt_err *err)
{
	XPT_XML *doc = xpt_alloc(sizeof(*doc));
	struct parse p = {.doc = doc, .max_depth = max_depth};
	int rc;

	if (len >= 3 && !memcmp(bytes, "\xef\xbb\xbf", 3)) {
		bytes += 3;
		len -= 3;
	}
	rc = check_bytes(bytes, len, err);
	if (rc < 0)
		return rc;
	p.tails = xpt_alloc((max_depth + 1) * sizeof(*p.tails));
	p.tails[0] = &doc->root;
	rc = run_parser(&p, bytes, len, err);
	free(p.tails);
	free(p.why);
	xpt_str_done(&p.run);
	if (rc < 0)
		return rc;
	*ret = XPT_TAKE(doc);
	return 0;
}

const struct xpt_xml_node *xpt_xml_root(const struct xpt_xml *doc)
{
	return doc->root;
}

/* ---- asking ---- */

bool xpt_xml_is(const struct xpt_xml_node *node, const char *name)
{
	return node && node->name && !strcmp(node->name, name);
}

const char *xpt_xml_text(const struct xpt_xml_node *element)
{
	const struct xpt_xml_node *child = element ? element->child : NULL;

	if (!element || !element->name || (child && (child->name || child->next)))
		return NULL;
	return child ? child->text : "";
}

const char *xpt_xml_attr(const struct xpt_xml_node *element, const char *name)
{
	for (unsigned i = 0; element && i < element->n_attrs; i++) {
		if (!strcmp(element->attrs[i].name, name))
			return element->attrs[i].value;
	}
	return NULL;
}

/* node itself or the first after it that is an element of that name. */
static const struct xpt_xml_node *first_of(const struct xpt_xml_node *node, const char *name)
{
	while (node && !(node->name && (!name || !strcmp(node->name, name))))
		node = node->next;
	return node;
}

const struct xpt_xml_node *xpt_xml_child(const struct xpt_xml_node *element, const char *name)
{
	return element ? first_of(element->child, name) : NULL;
}

const struct xpt_xml_node *xpt_xml_next(const struct xpt_xml_node *node, const char *name)
{
	return node ? first_of(node->next, name) : NULL;
}
