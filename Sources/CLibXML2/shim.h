// Debian's libxml2 is built with ICU, whose headers clash with the ICU inside Foundation. Only the
// innards of a converter handler, which nothing here looks into, depend on it.
#include <libxml/xmlversion.h>
#undef LIBXML_ICU_ENABLED

#include <libxml/parser.h>
#include <libxml/xmlreader.h>
#include <libxml/xmlschemas.h>
#include <libxml/xmlwriter.h>
