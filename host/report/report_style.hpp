// How a report looks: colours for light and dark, type, tables, figures, print.
#pragma once

namespace losscast {

// CSS without "<" and "&", so that it may stand in XML as it is. The colours of families are those of Okabe and Ito
// (2008), which people tell apart however they see colours; for dark pages they are lighter.
extern const char* const kReportStyle;

}  // namespace losscast
