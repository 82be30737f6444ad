"""Does a deepfake detector that looks only at the face beat one that looks at the whole picture?"""
