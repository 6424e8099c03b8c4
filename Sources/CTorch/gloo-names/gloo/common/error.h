// Nothing of this file is used: see gloo/context.h.
#pragma once
