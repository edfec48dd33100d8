// Where the page begins: the engine first, which takes longest to get ready, and then all that is seen.

import './engine/launch';

void import('./page');
