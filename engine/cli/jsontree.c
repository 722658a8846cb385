#include "cli/jsontree.h"

#include "providers/jscan.h"

struct tree {
    struct jscan js;
    const char *why;            /* what is wrong, unless the scanner says it  */
};

static json_t *
text_of(struct tree *t)
{
    const struct jscan_value *v = &t->js.value;
    char *room = malloc(v->text.len + 1);
    struct str s = { NULL, 0 };
    json_t *j = NULL;

    if (room != NULL && jscan_text(v, room, v->text.len + 1, &s) == 0)
        j = json_stringn(s.p != NULL ? s.p : "", s.len);
    free(room);
    if (j == NULL)
        t->why = "there is no memory for it";
    return j;
}

static json_t *
number_of(struct tree *t)
{
    struct str s = t->js.value.text;
    bool minus = s.p[0] == '-';
    int64_t n = 0;

    if (str_i64(&n, (struct str){ s.p + minus, s.len - minus }) < 0)
        return text_of(t);
    return json_integer(minus ? -n : n);
}

static json_t *value_of(struct tree *, enum jscan_kind);

/* One member: its name was read. */
static int
member(struct tree *t, json_t *object)
{
    char room[JSONTREE_NAME_MAX + 1], name[JSONTREE_NAME_MAX + 1];
    struct str s = { NULL, 0 };
    json_t *value = NULL;

    if (jscan_text(&t->js.value, room, sizeof(room), &s) < 0
        || str_copy(name, sizeof(name), s) < 0) {
        t->why = "a name is too long";
        return -1;
    }
    if (json_object_get(object, name) != NULL) {
        t->why = "a name stands there twice";
        return -1;
    }
    if ((value = value_of(t, jscan_next(&t->js))) == NULL)
        return -1;
    return json_object_set_new(object, name, value);
}

static json_t *
object_of(struct tree *t)
{
    json_t *object = json_object();
    enum jscan_kind kind = JSCAN_BROKEN;

    while (object != NULL && (kind = jscan_next(&t->js)) == JSCAN_KEY)
        if (member(t, object) < 0)
            break;
    if (kind == JSCAN_CLOSE)
        return object;
    json_decref(object);
    return NULL;
}

static json_t *
array_of(struct tree *t)
{
    json_t *list = json_array();
    enum jscan_kind kind = JSCAN_BROKEN;

    while (list != NULL && (kind = jscan_next(&t->js)) != JSCAN_CLOSE) {
        json_t *value = value_of(t, kind);

        if (value == NULL || json_array_append_new(list, value) < 0)
            break;
    }
    if (kind == JSCAN_CLOSE)
        return list;
    json_decref(list);
    return NULL;
}

/* No deeper than JSCAN_DEPTH_MAX: the scanner breaks there. */
static json_t *
value_of(struct tree *t, enum jscan_kind kind)
{
    switch (kind) {
    case JSCAN_OBJECT: return object_of(t);
    case JSCAN_ARRAY:  return array_of(t);
    case JSCAN_STRING: return text_of(t);
    case JSCAN_NUMBER: return number_of(t);
    case JSCAN_TRUE:   return json_true();
    case JSCAN_FALSE:  return json_false();
    case JSCAN_NULL:   return json_null();
    case JSCAN_NONE:
    case JSCAN_CLOSE:
    case JSCAN_KEY:
    case JSCAN_END:
    case JSCAN_BROKEN:
        break;
    }
    return NULL;
}

static void
place_of(const struct tree *t, int *line, int *column)
{
    *line = *column = 1;
    for (const char *p = t->js.from; p != NULL && p < t->js.at; p++) {
        *column = *p == '\n' ? 1 : *column + 1;
        *line += *p == '\n';
    }
}

json_t *
jsontree_read(struct str text, struct err *e)
{
    struct tree t = { .why = NULL };
    json_t *root = NULL;
    int line, column;

    jscan_start(&t.js, text, 0);
    root = value_of(&t, jscan_next(&t.js));
    if (root != NULL && jscan_ended(&t.js))
        return root;
    json_decref(root);
    place_of(&t, &line, &column);
    err_set(e, ERR_DATA, "%d:%d: %s", line, column,
            t.why != NULL ? t.why : t.js.why != NULL ? t.js.why
            : "something else stands where a value should be");
    return NULL;
}
